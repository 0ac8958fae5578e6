/**
 * W3C Trace Context: `traceparent`, and our member of `tracestate`.
 *
 *     traceparent = version "-" trace-id "-" parent-id "-" flags
 *     version     = 2 lower-hex, not "ff"; after version 00 more fields may follow
 *     trace-id    = 32 lower-hex, not all zero
 *     parent-id   = 16 lower-hex, not all zero
 *     flags       = 2 lower-hex; bit 0 = sampled
 *     tracestate  = member *( "," member ); member = key "=" value; ours is "meshtrace=" span-id
 *
 * Spec: https://www.w3.org/TR/trace-context/
 */
import { newTraceContext, type TraceContext } from "../trace-context.js";

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const ZERO_TRACE = "00000000000000000000000000000000";
const ZERO_SPAN = "0000000000000000";
const MARK = "meshtrace=";
const MARK_VALUE = /^[0-9a-f]{16}$/;

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

/** The span ID that whoever sent both families marked them with; `undefined` when there is no well-formed mark. */
export function parseMark(tracestate: string | undefined): string | undefined {
  if (tracestate === undefined || !tracestate.includes(MARK)) return undefined;
  for (const member of tracestate.split(",")) {
    const text = member.trim();
    if (!text.startsWith(MARK)) continue;
    const value = text.slice(MARK.length);
    return MARK_VALUE.test(value) ? value : undefined;
  }
  return undefined;
}

/** `tracestate` without our member; `undefined` when nothing is left. */
export function removeMark(tracestate: string | undefined): string | undefined {
  if (tracestate === undefined || tracestate.length === 0) return undefined;
  if (!tracestate.includes(MARK)) return tracestate;
  const rest = tracestate
    .split(",")
    .map((member) => member.trim())
    .filter((member) => member.length > 0 && !member.startsWith(MARK));
  return rest.length === 0 ? undefined : rest.join(",");
}

/** `tracestate` with our member first, as the specification asks of the member written last. */
export function addMark(tracestate: string | undefined, spanId: string): string {
  return tracestate === undefined ? MARK + spanId : `${MARK}${spanId},${tracestate}`;
}
