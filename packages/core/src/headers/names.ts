/**
 * The header set of an Istio mesh, as tables. docs/reference/headers.md says what each header
 * means.
 */

/** Envoy's request ID. The sampling of the next hop depends on it. */
export const REQUEST_ID = "x-request-id";

export const B3_SINGLE = "b3";
export const B3_TRACE_ID = "x-b3-traceid";
export const B3_SPAN_ID = "x-b3-spanid";
export const B3_PARENT_SPAN_ID = "x-b3-parentspanid";
export const B3_SAMPLED = "x-b3-sampled";
export const B3_FLAGS = "x-b3-flags";
export const TRACEPARENT = "traceparent";
export const TRACESTATE = "tracestate";
export const BAGGAGE = "baggage";

/** The B3 family, in both formats. */
export const B3_HEADERS: readonly string[] = [
  B3_SINGLE,
  B3_TRACE_ID,
  B3_SPAN_ID,
  B3_PARENT_SPAN_ID,
  B3_SAMPLED,
  B3_FLAGS,
];

/** The W3C family. */
export const W3C_HEADERS: readonly string[] = [TRACEPARENT, TRACESTATE];

/** The headers that carry a trace context which meshtrace can read and write itself. */
export const CONTEXT_HEADERS: readonly string[] = [...B3_HEADERS, ...W3C_HEADERS];

/**
 * Headers that are forwarded byte for byte, never parsed: Envoy's request ID, and other vendors'
 * contexts.
 */
export const PASS_THROUGH: readonly string[] = [
  REQUEST_ID,
  "x-ot-span-context",
  "grpc-trace-bin",
  "x-cloud-trace-context",
  "x-datadog-trace-id",
  "x-datadog-parent-id",
  "x-datadog-sampling-priority",
  "x-datadog-tags",
  "x-datadog-origin",
  "sw8",
];

// RFC 9110, section 5.6.2: token.
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** Whether `name` can be the name of an HTTP header (RFC 9110, section 5.1). */
export function isHeaderName(name: string): boolean {
  return TOKEN.test(name);
}
