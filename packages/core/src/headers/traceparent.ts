/**
 * W3C Trace Context's `traceparent`.
 *
 *     traceparent = version "-" trace-id "-" parent-id "-" flags
 *     version     = 2 lower-hex, not "ff"; after version 00 more fields may follow
 *     trace-id    = 32 lower-hex, not all zero
 *     parent-id   = 16 lower-hex, not all zero
 *     flags       = 2 lower-hex; bit 0 = sampled
 *
 * Spec: https://www.w3.org/TR/trace-context/#traceparent-header
 */
import { newTraceContext, type TraceContext } from "./trace-context.js";

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const ZERO_TRACE = "00000000000000000000000000000000";
const ZERO_SPAN = "0000000000000000";

/** The context that `text` states, without a parent (the format has none); `undefined` when malformed. Total. */
export function parseTraceparent(text: string): TraceContext | undefined {
  const match = TRACEPARENT.exec(text);
  if (match === null) return undefined;
  const version = match[1];
  const traceId = match[2] as string;
  const spanId = match[3] as string;
  if (version === "ff" || (version === "00" && match[5] !== undefined)) return undefined;
  if (traceId === ZERO_TRACE || spanId === ZERO_SPAN) return undefined;
  const accepted = (Number.parseInt(match[4] as string, 16) & 1) === 1;
  return newTraceContext(traceId, spanId, undefined, accepted ? "accept" : "deny");
}

/** The header of a context. A deferred decision has no way to be written: it goes as sampled, the callee decides. */
export function formatTraceparent(context: TraceContext): string {
  return `00-${context.traceId}-${context.spanId}-${context.sampling === "deny" ? "00" : "01"}`;
}
