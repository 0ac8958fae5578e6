/**
 * Response headers that name the trace, for clients that want to look it up.
 *
 * traceresponse: version "-" trace-id "-" span-id "-" flags
 *
 * server-timing: "traceparent;desc=" DQUOTE value DQUOTE       the same value
 *
 * Spec: https://www.w3.org/TR/trace-context-2/#traceresponse-header, https://www.w3.org/TR/server-timing/
 */
import { isSpanContextValid, type SpanContext, TraceFlags } from "@opentelemetry/api";

/**
 * `x-trace-id` is the trace ID alone; `traceresponse` is W3C Trace Context, level 2;
 * `server-timing` is what browsers show to scripts of the page.
 */
export type ResponseHeader = "x-trace-id" | "traceresponse" | "server-timing";

export const RESPONSE_HEADERS: readonly ResponseHeader[] = ["x-trace-id", "traceresponse", "server-timing"];

/** Whether a header is a list, to which the app may have added. */
export function isListHeader(name: string): boolean {
  return name === "server-timing";
}

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
    const context = `00-${traceId}-${spanId}-${flags}`;
    if (name === "server-timing") set(name, `traceparent;desc="${context}"`);
    else set(name, name === "x-trace-id" ? traceId : context);
  }
}
