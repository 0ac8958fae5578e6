/**
 * Response headers that name the trace, for clients that want to look it up.
 *
 * traceresponse: version "-" trace-id "-" span-id "-" flags
 *
 * Spec: https://www.w3.org/TR/trace-context-2/#traceresponse-header
 */
import { isSpanContextValid, type SpanContext, TraceFlags } from "@opentelemetry/api";

/** `x-trace-id` is the trace ID alone; `traceresponse` is W3C Trace Context, level 2. */
export type ResponseHeader = "x-trace-id" | "traceresponse";

export const RESPONSE_HEADERS: readonly ResponseHeader[] = ["x-trace-id", "traceresponse"];

/** Sets the headers `names` for `spanContext`. Sets none for an invalid span context. */
export function setResponseHeaders(
  names: readonly ResponseHeader[],
  spanContext: SpanContext | undefined,
  set: (name: string, value: string) => void,
): void {
  if (spanContext === undefined || !isSpanContextValid(spanContext)) return;
  const { traceId, spanId, traceFlags } = spanContext;
  for (const name of names) {
    const flags = (traceFlags & TraceFlags.SAMPLED) === 0 ? "00" : "01";
    set(name, name === "x-trace-id" ? traceId : `00-${traceId}-${spanId}-${flags}`);
  }
}
