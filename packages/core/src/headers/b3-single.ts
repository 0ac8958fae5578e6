/**
 * The B3 single-header format.
 *
 *     b3       = decision / ids [ "-" state ] [ "-" parent ]
 *     ids      = trace "-" span
 *     trace    = 16 or 32 hex                 (never all zero)
 *     span     = 16 hex                       (never all zero)
 *     state    = "0" / "1" / "d"
 *     parent   = 16 hex                       (zero, malformed or equal to span: no parent)
 *     decision = state
 *
 * Spec: https://github.com/openzipkin/b3-propagation#single-header
 */
import {
  type Extracted,
  formatTraceId,
  newTraceContext,
  parseId,
  parseParentId,
  parseTraceId,
  type SamplingDecision,
  type SamplingState,
  samplingDecision,
  type TraceContext,
} from "./trace-context.js";

/**
 * The context or the decision that `text` states; `undefined` when it is malformed as a whole.
 * Total.
 */
export function parseB3Single(text: string): Extracted {
  if (text.length === 1) return samplingDecision(parseState(text) ?? "defer");
  // One field more than there can be: longer text is not split to its end.
  const fields = text.split("-", 5);
  const [traceText = "", spanText = "", third, fourth] = fields;
  if (fields.length < 2 || fields.length > 4) return undefined;
  if ((traceText.length !== 32 && traceText.length !== 16) || spanText.length !== 16) return undefined;
  const traceId = parseTraceId(traceText);
  const spanId = parseId(spanText, 16);
  if (traceId === undefined || spanId === undefined) return undefined;
  if (third === undefined) return newTraceContext(traceId, spanId, undefined, "defer");
  const state = parseState(third);
  if (state !== undefined) return newTraceContext(traceId, spanId, parent(fourth, spanId), state);
  // A parent may follow the IDs directly, and is the last field then.
  if (third.length !== 16 || fourth !== undefined) return undefined;
  return newTraceContext(traceId, spanId, parent(third, spanId), "defer");
}

/**
 * The header of a context or of a decision. A deferred context leaves its parent out: Envoy rejects
 * a parent without a state. `withParent: false` is for messages, whose consumers never join.
 */
export function formatB3Single(context: TraceContext | SamplingDecision, withParent = true): string | undefined {
  const state = formatState(context.sampling);
  if (context.traceId === undefined) return state;
  const ids = `${formatTraceId(context.traceId)}-${context.spanId}`;
  if (state === undefined) return ids;
  return withParent && context.parentId !== undefined ? `${ids}-${state}-${context.parentId}` : `${ids}-${state}`;
}

function parent(text: string | undefined, spanId: string): string | undefined {
  return text?.length === 16 ? parseParentId(text, spanId) : undefined;
}

function parseState(text: string): SamplingState | undefined {
  return text === "1" ? "accept" : text === "0" ? "deny" : text === "d" ? "debug" : undefined;
}

function formatState(state: SamplingState): string | undefined {
  return state === "accept" ? "1" : state === "deny" ? "0" : state === "debug" ? "d" : undefined;
}
