/**
 * W3C Trace Context's `traceparent`.
 *
 *     traceparent = version "-" trace-id "-" parent-id "-" flags
 *     version     = 2 lower-hex, not "ff"; after version 00 more fields may follow
 *     trace-id    = 32 lower-hex, not all zero
 *     parent-id   = 16 lower-hex, not all zero
 *     flags       = 2 lower-hex; bit 0 = sampled, bit 1 = random (Level 2: low 7 bytes random)
 *
 * Spec: https://www.w3.org/TR/trace-context-2/#traceparent-header
 */
import { isHexId, newTraceContext, type TraceContext } from "./trace-context.js";

const DASH = 45;
const LENGTH = 55;

/**
 * The context that `text` states, without a parent (the format has none); `undefined` when
 * malformed. Total.
 */
export function parseTraceparent(text: string): TraceContext | undefined {
  const { length } = text;
  if (length < LENGTH || text.charCodeAt(2) !== DASH) return undefined;
  const version = hexDigit(text.charCodeAt(0)) * 16 + hexDigit(text.charCodeAt(1));
  // Version 255 is invalid. In a later version than 0 more fields may follow, each behind a dash.
  if (!(version < 255) || (length > LENGTH && (version === 0 || text.charCodeAt(LENGTH) !== DASH))) return undefined;
  if (!isHexId(text, 3, 35) || text.charCodeAt(35) !== DASH) return undefined;
  if (!isHexId(text, 36, 52) || text.charCodeAt(52) !== DASH) return undefined;
  const flags = hexDigit(text.charCodeAt(53)) * 16 + hexDigit(text.charCodeAt(54));
  if (Number.isNaN(flags)) return undefined;
  return newTraceContext(text.slice(3, 35), text.slice(36, 52), undefined, (flags & 1) === 1 ? "accept" : "deny");
}

/** Whether a well-formed `traceparent` has the random flag. */
export function hasRandomFlag(text: string): boolean {
  return (hexDigit(text.charCodeAt(54)) & 2) !== 0;
}

/**
 * The header of a context. A deferred decision cannot be expressed: it goes as sampled, and the
 * callee decides. `random`: whether the trace ID came with the random flag.
 */
export function formatTraceparent({ traceId, spanId, sampling }: TraceContext, random = false): string {
  const flags = (sampling === "deny" ? 0 : 1) + (random ? 2 : 0);
  return `00-${traceId}-${spanId}-0${flags}`;
}

/** The value of a lower-case hex digit; NaN for any other character. */
function hexDigit(code: number): number {
  return code >= 48 && code <= 57 ? code - 48 : code >= 97 && code <= 102 ? code - 87 : Number.NaN;
}
