/**
 * The position of a call in its trace: the active span, of any library, or the caller's.
 */
import { type Context, type Span, type SpanContext, TraceFlags } from "@opentelemetry/api";
import {
  type Extracted,
  hasIds,
  isSpanId,
  isTraceId,
  newTraceContext,
  type TraceContext,
} from "../headers/trace-context.js";
import { nonRecordingRole } from "./non-recording-span.js";
import { B3_DEBUG_KEY } from "./request-context.js";

/** Whether the span represents the caller's, whose headers go on as they came. */
export function isCallers(span: Span, extracted: Extracted): boolean {
  const role = nonRecordingRole(span);
  if (role !== undefined) return role !== "unsampled";
  // OpenTelemetry's no-op tracer wraps the caller's span context again: our spans are not between
  // them.
  return hasIds(extracted) && !span.isRecording() && span.spanContext().spanId === extracted.spanId;
}

/** The active span as a trace context; `undefined` when its IDs are not valid ones. */
export function spanPosition(span: Span, context: Context, extracted: Extracted): TraceContext | undefined {
  const { traceId, spanId, traceFlags } = span.spanContext();
  if (!isTraceId(traceId) || !isSpanId(spanId)) return undefined;
  const parent = parentIdOf(span, spanId);
  if ((traceFlags & TraceFlags.SAMPLED) === 0) return newTraceContext(traceId, spanId, parent, "deny");
  // propagator-b3 keeps "1" where it read multi headers, "d" where it read the single one.
  const debug = extracted === undefined ? context.getValue(B3_DEBUG_KEY) !== undefined : extracted.sampling === "debug";
  // A new trace that was started inside a debugged request is not debugged itself.
  const sameTrace = extracted?.traceId === undefined || extracted.traceId === traceId;
  return newTraceContext(traceId, spanId, parent, debug && sameTrace ? "debug" : "accept", "accept");
}

/** The span's parent, as SDK 2.x or 1.x keeps it. */
function parentIdOf(span: Span, spanId: string): string | undefined {
  const { parentSpanContext, parentSpanId } = span as { parentSpanContext?: SpanContext; parentSpanId?: string };
  const parent = parentSpanContext?.spanId ?? parentSpanId;
  return parent !== undefined && parent !== spanId && isSpanId(parent) ? parent : undefined;
}
