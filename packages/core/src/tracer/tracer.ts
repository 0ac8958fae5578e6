/**
 * The join, in the tracer layer: what a tracer does at the border between the mesh and the process.
 */
import {
  type Context,
  context as contextApi,
  INVALID_SPAN_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  type SpanOptions,
  TraceFlags,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { hasIds, type TraceContext } from "../headers/trace-context.js";
import { NonRecordingSpan, nonRecordingRole } from "../propagation/non-recording-span.js";
import { type MeshState, meshState } from "../propagation/request-context.js";
import { isTracingSuppressed } from "../propagation/suppress-tracing.js";
import type { JoinIdGenerator } from "./ids.js";
import { markDebug, markShared } from "./shared-span.js";

const JOINS: unique symbol = Symbol.for("meshtrace.joining-tracer.v1") as never;

/** Whether a tracer is one of ours, so that its SERVER spans join. */
export function isJoiningTracer(tracer: Tracer): boolean {
  return (tracer as { [JOINS]?: true })[JOINS] === true;
}

export class JoiningTracer implements Tracer {
  readonly [JOINS] = true;
  readonly #sdk: Tracer;
  readonly #ids: JoinIdGenerator;
  readonly #sharedSpan: boolean;

  constructor(sdk: Tracer, ids: JoinIdGenerator, sharedSpan: boolean) {
    this.#sdk = sdk;
    this.#ids = ids;
    this.#sharedSpan = sharedSpan;
  }

  startSpan(name: string, options: SpanOptions = {}, context: Context = contextApi.active()): Span {
    if (options.root === true || isTracingSuppressed(context)) return this.#sdk.startSpan(name, options, context);
    const parent = trace.getSpan(context);
    const role = parent && nonRecordingRole(parent);
    if (role === "forwarded") return parent as Span;
    if (role === "unsampled") return this.#unsampledChild((parent as Span).spanContext());
    const state = meshState(context);
    const extracted = state?.extracted;
    if (role === "remote" && hasIds(extracted))
      return this.#entry(name, options, context, state as MeshState, extracted);
    if (parent === undefined && extracted?.traceId === undefined && extracted?.sampling === "deny") {
      return this.#unsampledRoot();
    }
    const span = this.#sdk.startSpan(name, options, context);
    if (!span.isRecording()) return unrecorded(span, parent?.spanContext());
    if (extracted?.sampling === "debug" && sameTrace(extracted.traceId, span)) markDebug(span.spanContext());
    return span;
  }

  startActiveSpan<F extends (span: Span) => unknown>(name: string, ...rest: unknown[]): ReturnType<F> {
    const work = rest.pop() as (span: Span) => ReturnType<F>;
    const [options, given] = rest as [SpanOptions?, Context?];
    const parent = given ?? contextApi.active();
    const span = this.startSpan(name, options, parent);
    return contextApi.with(trace.setSpan(parent, span), work, undefined, span);
  }

  /** The first span here of a trace that came from outside. */
  #entry(name: string, options: SpanOptions, context: Context, state: MeshState, extracted: TraceContext): Span {
    const joins = this.#sharedSpan && options.kind === SpanKind.SERVER && state.from === "b3";
    const caller = (trace.getSpan(context) as Span).spanContext();
    if (extracted.sampling === "deny") {
      if (!joins) return this.#unsampledChild(caller);
      const own: SpanContext = { traceId: extracted.traceId, spanId: extracted.spanId, traceFlags: TraceFlags.NONE };
      return new NonRecordingSpan("unsampled", own, parentOf(extracted, caller));
    }
    if (!joins) {
      const child = this.#sdk.startSpan(name, options, context);
      if (!child.isRecording()) return unrecorded(child, caller);
      if (extracted.sampling === "debug") markDebug(child.spanContext());
      return child;
    }
    // The SDK makes a child of the caller's parent, or a root, and asks the generator for the ID: it gets the caller's.
    const parent = parentOf(extracted, caller);
    const above = new NonRecordingSpan("remote", parent ?? INVALID_SPAN_CONTEXT);
    this.#ids.join(extracted.spanId, parent === undefined ? extracted.traceId : undefined);
    let span: Span;
    try {
      span = this.#sdk.startSpan(name, options, trace.setSpan(context, above));
    } finally {
      this.#ids.release();
    }
    if (!span.isRecording()) return unrecorded(span, parent);
    const spanContext = span.spanContext();
    // Whoever deferred does not report a half of its own: the ID is ours alone.
    if (extracted.sampling !== "defer") markShared(spanContext);
    if (extracted.sampling === "debug") markDebug(spanContext);
    return span;
  }

  #unsampledChild(parent: SpanContext): Span {
    const spanId = this.#ids.generateSpanId();
    const { traceId, traceState } = parent;
    const own: SpanContext = { traceId, spanId, traceFlags: TraceFlags.NONE };
    if (traceState !== undefined) own.traceState = traceState;
    return new NonRecordingSpan("unsampled", own, parent);
  }

  #unsampledRoot(): Span {
    const traceId = this.#ids.generateTraceId();
    return new NonRecordingSpan("unsampled", {
      traceId,
      spanId: this.#ids.generateSpanId(),
      traceFlags: TraceFlags.NONE,
    });
  }
}

/** What the SDK did not record, with its parent: a call's headers name it. */
function unrecorded(span: Span, parent: SpanContext | undefined): Span {
  return new NonRecordingSpan("unsampled", span.spanContext(), parent);
}

function parentOf(extracted: TraceContext, caller: SpanContext): SpanContext | undefined {
  if (extracted.parentId === undefined) return undefined;
  return { ...caller, spanId: extracted.parentId };
}

function sameTrace(traceId: string | undefined, span: Span): boolean {
  return traceId === undefined || traceId === span.spanContext().traceId;
}
