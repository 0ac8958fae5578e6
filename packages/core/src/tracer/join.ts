/**
 * Where a new span goes in its trace: the rules of the shared span, for our tracer and for the
 * tracers of OpenTelemetry's SDK. A SERVER span whose caller sent B3 joins: it takes the caller's
 * span ID. Every other span is a child or a root.
 */
import {
  type Context,
  isSpanContextValid,
  type Span,
  type SpanContext,
  SpanKind,
  TraceFlags,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { type Extracted, hasIds, type TraceContext } from "../headers/trace-context.js";
import { JOINS, SPAN_RECORD } from "../process-wide.js";
import { NonRecordingSpan, nonRecordingRole } from "../propagation/non-recording-span.js";
import { type MeshState, meshState } from "../propagation/request-context.js";
import { isTracingSuppressed } from "../propagation/suppress-tracing.js";
import type { IdGenerator } from "./readable-span.js";

/** What becomes of a new span. An ID that is `undefined` has to be generated. */
export type Placement =
  /** Tracing is suppressed: a span without IDs. */
  | { readonly outcome: "suppressed" }
  /**
   * The request is only forwarded: its calls use the caller's span, so `span` is returned in place
   * of a new one.
   */
  | { readonly outcome: "forwarded"; readonly span: Span }
  /** The decision is already no: the sampler is not asked. `unsampledSpan` makes the span. */
  | {
      readonly outcome: "unsampled";
      readonly traceId: string | undefined;
      readonly spanId: string | undefined;
      readonly parent: SpanContext | undefined;
    }
  /** The sampler decides. */
  | {
      readonly outcome: "undecided";
      readonly traceId: string | undefined;
      /** The caller's span ID in a join. */
      readonly spanId: string | undefined;
      readonly parent: SpanContext | undefined;
      /** Whether the span, if it is recorded, shares its ID with a span that the caller reports. */
      readonly shared: boolean;
      /** Whether the span, if it is recorded, belongs to a trace that a debug flag forced. */
      readonly debug: boolean;
    };

const SUPPRESSED: Placement = { outcome: "suppressed" };
const NEW_TRACE = undecided(undefined, undefined, undefined, false, false);
const NEW_DEBUG_TRACE = undecided(undefined, undefined, undefined, false, true);

/**
 * Returns the place of a new span of `kind` under `context`. `root` ignores the active span.
 * `active` returns the current context; it is asked only for a SERVER span of a request, to find a
 * SERVER span that the same request already has.
 */
export function placeSpan(
  context: Context,
  kind: SpanKind | undefined,
  root: boolean,
  sharedSpan: boolean,
  active: () => Context,
): Placement {
  if (isTracingSuppressed(context)) return SUPPRESSED;
  const span = root ? undefined : trace.getSpan(context);
  const role = span && nonRecordingRole(span);
  if (role === "forwarded") return { outcome: "forwarded", span: span as Span };
  const state = meshState(context);
  const parent = span?.spanContext();
  // Our own spans have valid IDs; only those of other libraries need the check, which costs as much
  // as the rest.
  const valid =
    parent !== undefined && (role !== undefined || SPAN_RECORD in (span as Span) || isSpanContextValid(parent));
  if (!valid) return newTrace(state?.extracted);
  if (role === "unsampled") return unsampledChild(parent);
  const extracted = state?.extracted;
  if (role !== "remote" || !hasIds(extracted)) return child(parent, extracted);
  if (kind === SpanKind.SERVER) {
    const earlier = earlierSpan(active(), extracted);
    if (earlier !== undefined) {
      const own = earlier.spanContext();
      return nonRecordingRole(earlier) === "unsampled" ? unsampledChild(own) : child(own, extracted);
    }
    if (sharedSpan && state?.from === "b3") return join(extracted, parent);
  }
  return extracted.sampling === "deny" ? unsampledChild(parent) : child(parent, extracted);
}

/** Returns the span of an `unsampled` placement, with the IDs that it lacks from `ids`. */
export function unsampledSpan(placement: Placement & { outcome: "unsampled" }, ids: IdGenerator): Span {
  const { parent } = placement;
  const spanId = placement.spanId ?? ids.generateSpanId();
  const traceId = placement.traceId ?? ids.generateTraceId();
  const own: SpanContext = { traceId, spanId, traceFlags: TraceFlags.NONE };
  // A span that joined has the trace state that was extracted, which may be longer than the API's
  // type can hold.
  const joined = placement.spanId !== undefined;
  if (!joined && parent?.traceState !== undefined) own.traceState = parent.traceState;
  return new NonRecordingSpan("unsampled", own, parent);
}

/**
 * Returns whether SERVER spans of `tracer` join: our tracers, and the tracers of a provider
 * prepared by `shareSpans`.
 */
export function isJoiningTracer(tracer: Tracer): boolean {
  return (tracer as { [JOINS]?: true })[JOINS] === true;
}

/**
 * A decision without IDs is obeyed by a new trace. A decision with IDs was made for another trace.
 */
function newTrace(extracted: Extracted): Placement {
  if (extracted === undefined || hasIds(extracted)) return NEW_TRACE;
  if (extracted.sampling === "debug") return NEW_DEBUG_TRACE;
  return extracted.sampling === "deny" ? unsampled(undefined, undefined, undefined) : NEW_TRACE;
}

function join(extracted: TraceContext, caller: SpanContext): Placement {
  const { traceId, spanId, parentId, sampling } = extracted;
  const parent = parentId === undefined ? undefined : parentOf(caller, parentId);
  if (sampling === "deny") return unsampled(traceId, spanId, parent);
  // A caller that deferred the decision reports no span: the ID is ours alone.
  return undecided(traceId, spanId, parent, sampling !== "defer", sampling === "debug");
}

/** The caller's parent. Written out: a spread costs more, and each request of a mesh has one. */
function parentOf({ traceId, traceFlags, traceState }: SpanContext, spanId: string): SpanContext {
  return traceState === undefined
    ? { traceId, spanId, traceFlags, isRemote: true }
    : { traceId, spanId, traceFlags, isRemote: true, traceState };
}

function child(parent: SpanContext, extracted: Extracted): Placement {
  const sameTrace = extracted?.traceId === undefined || extracted.traceId === parent.traceId;
  return undecided(parent.traceId, undefined, parent, false, extracted?.sampling === "debug" && sameTrace);
}

function unsampledChild(parent: SpanContext): Placement {
  return unsampled(parent.traceId, undefined, parent);
}

/**
 * Returns the local span that another instrumentation made for the same request, if its context is
 * active.
 */
function earlierSpan(active: Context, extracted: TraceContext): Span | undefined {
  const span = trace.getSpan(active);
  if (span === undefined) return undefined;
  const { traceId, spanId, isRemote } = span.spanContext();
  if (traceId !== extracted.traceId || isRemote === true) return undefined;
  const role = nonRecordingRole(span);
  if (role === "remote" || role === "forwarded") return undefined;
  const { extracted: other } = meshState(active) ?? ({} as Partial<MeshState>);
  if (hasIds(other)) return other.traceId === traceId && other.spanId === extracted.spanId ? span : undefined;
  // Extracted by another propagator: the span joined, or is a child of the caller's span.
  const { parentSpanContext } = span as { parentSpanContext?: SpanContext };
  return spanId === extracted.spanId || parentSpanContext?.spanId === extracted.spanId ? span : undefined;
}

function unsampled(
  traceId: string | undefined,
  spanId: string | undefined,
  parent: SpanContext | undefined,
): Placement {
  return { outcome: "unsampled", traceId, spanId, parent };
}

function undecided(
  traceId: string | undefined,
  spanId: string | undefined,
  parent: SpanContext | undefined,
  shared: boolean,
  debug: boolean,
): Placement {
  return { outcome: "undecided", traceId, spanId, parent, shared, debug };
}
