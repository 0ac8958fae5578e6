/**
 * The B3 multi-header format.
 *
 *     x-b3-traceid:      16 or 32 lower-hex            (read: 1 to 32, any case)
 *     x-b3-spanid:       16 lower-hex                  (read: 1 to 16, any case)
 *     x-b3-parentspanid: 16 lower-hex, absent on a root
 *     x-b3-sampled:      "1" | "0"      (read: also true and false, any case); absent = deferred
 *     x-b3-flags:        "1" = debug                   (nothing else is)
 *
 * Spec: https://github.com/openzipkin/b3-propagation#multiple-headers
 */
import {
  type Extracted,
  formatTraceId,
  isSpanId,
  isTraceId,
  newTraceContext,
  parseId,
  parseParentId,
  parseTraceId,
  type SamplingDecision,
  type SamplingState,
  samplingDecision,
  type TraceContext,
} from "./trace-context.js";

/** The five values, each as its header carries it. */
export interface B3MultiValues {
  readonly traceId?: string | undefined;
  readonly spanId?: string | undefined;
  readonly parentSpanId?: string | undefined;
  readonly sampled?: string | undefined;
  readonly flags?: string | undefined;
}

/**
 * The context, or the decision alone when the IDs are absent or malformed; `undefined` when neither
 * is there. Total: no value makes it throw.
 */
export function parseB3Multi(values: B3MultiValues): Extracted {
  const decided = parseSampled(values.sampled);
  const sampling = values.flags === "1" ? "debug" : decided;
  const traceId = values.traceId === undefined ? undefined : parseTraceId(values.traceId);
  const spanId = values.spanId === undefined ? undefined : parseId(values.spanId, 16);
  if (traceId === undefined || spanId === undefined) return samplingDecision(sampling, decided);
  return newTraceContext(traceId, spanId, parseParentId(values.parentSpanId, spanId), sampling, decided);
}

/**
 * The context of headers in the form in which proxies write them: full IDs in lower case, and a
 * decision as a digit. `undefined` for every other form, which `parseB3Multi` may still understand.
 */
export function parseUsualB3Multi(
  traceId: unknown,
  spanId: unknown,
  parentId: unknown,
  sampled: unknown,
): TraceContext | undefined {
  if (sampled !== "1" && sampled !== "0") return undefined;
  if (typeof traceId !== "string" || !isTraceId(traceId) || typeof spanId !== "string" || !isSpanId(spanId)) {
    return undefined;
  }
  const sampling = sampled === "1" ? "accept" : "deny";
  if (parentId === undefined) return { traceId, spanId, sampling };
  if (typeof parentId !== "string" || !isSpanId(parentId) || parentId === spanId) return undefined;
  return { traceId, spanId, parentId, sampling };
}

/**
 * The headers of a context or of a decision: only those that have a value. Debug says `sampled`
 * too, for Envoy.
 */
export function formatB3Multi(context: TraceContext | SamplingDecision): B3MultiValues {
  const values: { -readonly [Name in keyof B3MultiValues]: B3MultiValues[Name] } = {};
  if (context.traceId !== undefined) {
    values.traceId = formatTraceId(context.traceId);
    values.spanId = context.spanId;
    if (context.parentId !== undefined) values.parentSpanId = context.parentId;
  }
  // Envoy never reads the flag: without x-b3-sampled beside it the next sidecar decides for itself
  // and tears the trace.
  if (context.sampling === "debug") values.flags = "1";
  const decision = formatSampled(context.sampling);
  if (decision !== undefined) values.sampled = decision;
  return values;
}

/** What `x-b3-sampled` says; anything unknown, empty or absent is `defer`. */
export function parseSampled(text: string | undefined): "accept" | "deny" | "defer" {
  if (text === undefined) return "defer";
  if (text === "1") return "accept";
  if (text === "0") return "deny";
  if (text.length > 5) return "defer";
  const lower = text.toLowerCase();
  return lower === "true" ? "accept" : lower === "false" ? "deny" : "defer";
}

/** The value of `x-b3-sampled`; `undefined` for a deferred decision. */
export function formatSampled(state: SamplingState): "1" | "0" | undefined {
  if (state === "defer") return undefined;
  return state === "deny" ? "0" : "1";
}
