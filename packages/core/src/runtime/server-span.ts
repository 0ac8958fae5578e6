/**
 * For authors of server adapters: the span of a request that came in, and the way to have none.
 */
import {
  type Context,
  diag,
  INVALID_SPAN_CONTEXT,
  type Span,
  SpanKind,
  type SpanOptions,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { hasIds, withoutDebug } from "../headers/trace-context.js";
import { NonRecordingSpan, nonRecordingRole } from "../propagation/non-recording-span.js";
import { meshState } from "../propagation/request-context.js";
import { isJoiningTracer } from "../tracer/join.js";
import { adapterTracing } from "./active-tracing.js";

let toldAboutChild = false;

/**
 * A SERVER span for the request whose headers were extracted into `context`. With a tracer of `initTracing()` it joins
 * the caller's span; a tracer of another provider makes a child of it, which is said once through `diag`.
 */
export function startServerSpan(tracer: Tracer, name: string, options: SpanOptions, context: Context): Span {
  const server = options.kind === SpanKind.SERVER ? options : { ...options, kind: SpanKind.SERVER };
  const span = tracer.startSpan(name, server, context);
  if (!toldAboutChild && !isJoiningTracer(tracer) && span.isRecording()) tellAboutChild(span, context);
  return span;
}

function tellAboutChild(span: Span, context: Context): void {
  const state = meshState(context);
  // A proxy of OpenTelemetry's API may stand before a tracer of ours: what counts is the ID that came out.
  if (state?.from !== "b3" || !hasIds(state.extracted) || adapterTracing().enabled) return;
  if (span.spanContext().spanId === state.extracted.spanId) return;
  toldAboutChild = true;
  diag.warn(
    "meshtrace: this tracer provider was not made by initTracing(), so server spans are children of the caller's span " +
      "instead of sharing its ID. Backends draw the same tree; call initTracing() to share.",
  );
}

/** Whether a span that starts in `context` is the local sampler's to decide on: nobody before it has. */
export function asksSampler(context: Context): boolean {
  const parent = trace.getSpan(context);
  if (parent !== undefined && nonRecordingRole(parent) !== "remote") return false;
  return withoutDebug(meshState(context)?.extracted) === "defer";
}

/**
 * A context under which no spans are made and calls carry the headers exactly as they came: for ignored requests and
 * for tracing that is switched off.
 */
export function forwardOnly(context: Context): Context {
  const caller = trace.getSpan(context)?.spanContext() ?? INVALID_SPAN_CONTEXT;
  return trace.setSpan(context, new NonRecordingSpan("forwarded", caller));
}
