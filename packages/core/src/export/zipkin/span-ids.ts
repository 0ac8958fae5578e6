/**
 * IDs as Zipkin takes them: lower-case hex. A malformed ID in one span would make Zipkin refuse the
 * whole batch.
 */
import { formatTraceId, isSpanId, isTraceId } from "../../headers/trace-context.js";

const TRACE_ID = /^[0-9a-f]{32}$/;
const SPAN_ID = /^[0-9a-f]{16}$/;
const NO_PARENT = "0000000000000000";

/** The last valid trace ID: the spans of a request end one behind the other. */
let lastTraceId = "";

/** Returns a trace ID, 16 characters if its upper half is zero. Throws for a malformed one. */
export function traceIdText(id: string): string {
  if (id !== lastTraceId) {
    if (!(typeof id === "string" && isTraceId(id)) && !TRACE_ID.test(id)) return formatTraceId(lowerCase(id, TRACE_ID));
    lastTraceId = id;
  }
  return formatTraceId(id);
}

/** Returns a span ID. Throws for a malformed one. */
export function spanIdText(id: string): string {
  return (typeof id === "string" && isSpanId(id)) || SPAN_ID.test(id) ? id : lowerCase(id, SPAN_ID);
}

/**
 * Returns the parent's ID; empty for a malformed one, for none, and for a span that is its own
 * parent.
 */
export function parentIdText(id: string, spanId: string): string {
  if (id === spanId || id === NO_PARENT) return "";
  if ((typeof id === "string" && isSpanId(id)) || SPAN_ID.test(id)) return id;
  try {
    return lowerCase(id, SPAN_ID);
  } catch {
    return "";
  }
}

function lowerCase(id: unknown, pattern: RegExp): string {
  const text = typeof id === "string" ? id.toLowerCase() : "";
  if (!pattern.test(text)) throw new Error("its trace ID or span ID is malformed");
  return text;
}
