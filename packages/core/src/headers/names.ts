/**
 * The header set of an Istio mesh, as tables. What each header means is in the README's header table.
 */

/** The request ID that Envoy makes; its sampling of the next hop depends on it. */
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

/** The headers that carry a trace context which meshtrace reads and writes itself. */
export const CONTEXT_HEADERS: readonly string[] = [
  B3_SINGLE,
  B3_TRACE_ID,
  B3_SPAN_ID,
  B3_PARENT_SPAN_ID,
  B3_SAMPLED,
  B3_FLAGS,
  TRACEPARENT,
  TRACESTATE,
];

/** Headers that go on byte for byte, never parsed: Envoy's request ID, and other vendors' contexts. */
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

/**
 * The pass-through set as the propagator uses it: lower case, each once, without the headers that a propagator writes
 * (those are never passed through beside what it writes).
 */
export function passThroughSet(names: readonly string[] = PASS_THROUGH): readonly string[] {
  const set = new Set<string>();
  for (const name of names) {
    const lower = name.toLowerCase();
    if (!CONTEXT_HEADERS.includes(lower)) set.add(lower);
  }
  return [...set];
}
