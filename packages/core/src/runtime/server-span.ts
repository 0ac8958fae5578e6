/**
 * The SERVER span of an incoming request, for adapters, and the context of a request that is only
 * forwarded.
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

let childLogged = false;

/**
 * Starts a SERVER span for the request whose headers were extracted into `context`. With a tracer
 * of `initTracing()`, or of a provider that `shareSpans` prepared, it joins the caller's span. A
 * tracer of another provider makes a child of it, which is logged once.
 */
export function startServerSpan(tracer: Tracer, name: string, options: SpanOptions, context: Context): Span {
  const server = options.kind === SpanKind.SERVER ? options : { ...options, kind: SpanKind.SERVER };
  const span = tracer.startSpan(name, server, context);
  if (!childLogged && !isJoiningTracer(tracer) && span.isRecording()) logChild(span, context);
  return span;
}

function logChild(span: Span, context: Context): void {
  const state = meshState(context);
  // The tracer may be the API's proxy for one of our tracers: what counts is the ID of the span.
  if (state?.from !== "b3" || !hasIds(state.extracted) || adapterTracing().enabled) return;
  if (span.spanContext().spanId === state.extracted.spanId) return;
  childLogged = true;
  diag.warn(
    "meshtrace: this tracer provider was not made by initTracing(), so SERVER spans are children of the caller's span " +
      "instead of sharing its ID. Backends show the same tree. To share it, see shareSpans of @meshtrace/core/sdk.",
  );
}

/**
 * Returns whether the local sampler decides about a span that starts in `context`: no one before it
 * has.
 */
export function asksSampler(context: Context): boolean {
  const parent = trace.getSpan(context);
  if (parent !== undefined && nonRecordingRole(parent) !== "remote") return false;
  return withoutDebug(meshState(context)?.extracted) === "defer";
}

/**
 * Returns a context in which no spans are made and calls carry the headers exactly as they came:
 * for ignored requests, and while tracing is off.
 */
export function forwardOnly(context: Context): Context {
  const caller = trace.getSpan(context)?.spanContext() ?? INVALID_SPAN_CONTEXT;
  return trace.setSpan(context, new NonRecordingSpan("forwarded", caller));
}
