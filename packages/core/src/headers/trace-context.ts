/**
 * What a set of tracing headers says, as immutable values, independent of OpenTelemetry.
 *
 * Spec: https://github.com/openzipkin/b3-propagation
 */

/**
 * The decision on recording. `defer` means that no one has decided yet: the local sampler does.
 * "Debug but not sampled" cannot be expressed.
 */
export type SamplingState = "accept" | "deny" | "debug" | "defer";

/** A position in a trace, as a caller sent it or as a call sends it on. */
export interface TraceContext {
  /** 32 lower-case hex characters, never all zero. A 64-bit ID is left-padded with zeros. */
  readonly traceId: string;
  /** 16 lower-case hex characters, never all zero. */
  readonly spanId: string;
  /** 16 lower-case hex characters; absent on a root, never equal to `spanId`. */
  readonly parentId?: string;
  /** The decision of the headers; `defer` if they contain none. */
  readonly sampling: SamplingState;
  /**
   * Only with `debug`: what the headers say without the debug flag. A throttled flag falls back to
   * it.
   */
  readonly withoutDebug?: Exclude<SamplingState, "debug">;
}

/** A decision that came without IDs, for example `b3: 0`: a new trace obeys it. */
export interface SamplingDecision {
  /** Always `undefined`: the headers contain no IDs. */
  readonly traceId?: undefined;
  /** The decision of the headers. */
  readonly sampling: Exclude<SamplingState, "defer">;
  /** The decision of the headers apart from a debug flag. */
  readonly withoutDebug?: Exclude<SamplingState, "debug">;
}

/** What parsing yields: a context, a decision alone, or nothing. */
export type Extracted = TraceContext | SamplingDecision | undefined;

/** Whether `extracted` carries IDs. */
export function hasIds(extracted: Extracted): extracted is TraceContext {
  return extracted !== undefined && extracted.traceId !== undefined;
}

/** The decision as it is without the debug flag; `defer` where there is none. */
export function withoutDebug(extracted: Extracted): "accept" | "deny" | "defer" {
  if (extracted === undefined) return "defer";
  return extracted.sampling === "debug" ? (extracted.withoutDebug ?? "defer") : extracted.sampling;
}

const HEX_ID = /^0*[1-9a-f][0-9a-f]*$/;
const ZEROS = "00000000000000000000000000000000";

const ZERO = 1;
const NON_ZERO = 2;
/** By character code: what a lower-case hex digit is; 0 for any other character. */
const HEX_DIGIT = new Uint8Array(128).map((_, code) =>
  code === 48 ? ZERO : (code > 48 && code <= 57) || (code >= 97 && code <= 102) ? NON_ZERO : 0,
);

/**
 * Whether `text` from `start` to `end` is lower-case hex and not all zero. One look at a table for
 * each character is cheaper than a regular expression.
 */
export function isHexId(text: string, start: number, end: number): boolean {
  let seen = 0;
  for (let index = start; index < end; index += 1) {
    const digit = HEX_DIGIT[text.charCodeAt(index)];
    if (digit === undefined || digit === 0) return false;
    seen |= digit;
  }
  return (seen & NON_ZERO) !== 0;
}

/**
 * The ID as `width` lower-case hex characters, shorter ones left-padded with zeros.
 * Longer, empty, non-hex and all-zero text gives `undefined`.
 */
export function parseId(text: string, width: 16 | 32): string | undefined {
  const length = text.length;
  if (length === width && isHexId(text, 0, width)) return text;
  if (length === 0 || length > width) return undefined;
  const lower = text.toLowerCase();
  if (!HEX_ID.test(lower)) return undefined;
  return length === width ? lower : ZEROS.slice(0, width - length) + lower;
}

/** Whether the text is a trace ID as a `TraceContext` has it. */
export function isTraceId(text: string): boolean {
  return text.length === 32 && isHexId(text, 0, 32);
}

/** Whether the text is a span ID as a `TraceContext` has it. */
export function isSpanId(text: string): boolean {
  return text.length === 16 && isHexId(text, 0, 16);
}

/**
 * A trace ID as 16 or 32 characters: `64-bit` IDs (wide or narrow) as 16 to 32, anything else as
 * `parseId` does.
 */
export function parseTraceId(text: string): string | undefined {
  return parseId(text, 32);
}

/** The trace ID as B3 and Zipkin write it: 16 characters when its high half is zero, else 32. */
export function formatTraceId(traceId: string): string {
  return traceId.charCodeAt(0) === 48 && traceId.startsWith("0000000000000000") ? traceId.slice(16) : traceId;
}

/** The parent of `spanId` that `text` names: malformed, zero and self-equal parents are none. */
export function parseParentId(text: string | undefined, spanId: string): string | undefined {
  if (text === undefined) return undefined;
  const parentId = parseId(text, 16);
  return parentId === spanId ? undefined : parentId;
}

/** A context without the members that are undefined, so that values compare by content. */
export function newTraceContext(
  traceId: string,
  spanId: string,
  parentId: string | undefined,
  sampling: SamplingState,
  withoutDebug?: Exclude<SamplingState, "debug">,
): TraceContext {
  if (sampling === "debug") {
    const other = withoutDebug ?? "defer";
    return parentId === undefined
      ? { traceId, spanId, sampling, withoutDebug: other }
      : { traceId, spanId, parentId, sampling, withoutDebug: other };
  }
  return parentId === undefined ? { traceId, spanId, sampling } : { traceId, spanId, parentId, sampling };
}

/** A decision without IDs; `undefined` when nothing was decided. */
export function samplingDecision(
  sampling: SamplingState,
  withoutDebug?: Exclude<SamplingState, "debug">,
): SamplingDecision | undefined {
  if (sampling === "defer") return undefined;
  return sampling === "debug" ? { sampling, withoutDebug: withoutDebug ?? "defer" } : { sampling };
}
