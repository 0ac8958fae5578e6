/**
 * B3 beside B3, and B3 beside W3C: which of two contexts is fresh, and in which families a call
 * answers. Pure.
 *
 * A mesh rewrites only the family that its tracing provider speaks, and passes the other one on
 * untouched: stale.
 */
import {
  type Extracted,
  hasIds,
  newTraceContext,
  type SamplingState,
  type TraceContext,
  withoutDebug,
} from "./trace-context.js";

export type Family = "b3" | "w3c";

/**
 * Which context to take, which family it came in, and the families in which a call from here
 * answers.
 */
export interface FamilyChoice {
  readonly context: Exclude<Extracted, undefined>;
  readonly from: Family;
  readonly answersIn: readonly Family[];
  /** Set where B3 came with the low half of the trace ID alone, and is answered with it. */
  readonly narrowB3?: true;
}

const BOTH: readonly Family[] = ["b3", "w3c"];
const B3_ONLY: readonly Family[] = ["b3"];
const W3C_ONLY: readonly Family[] = ["w3c"];

/**
 * One context from the single and the multi format. `b3` wins, unless the multi headers are one hop
 * newer (Envoys before 1.40 read `b3` and rewrote only `x-b3-*`), or `b3` is a decision alone
 * beside IDs. `prefer` overrides.
 */
export function chooseB3(single: Extracted, multi: Extracted, prefer?: "single" | "multi"): Extracted {
  if (single === undefined) return multi;
  if (multi === undefined) return single;
  if (prefer !== undefined) return prefer === "single" ? merge(single, multi) : merge(multi, single);
  if (hasIds(single) && hasIds(multi)) {
    const multiIsNewer = single.traceId === multi.traceId && multi.parentId === single.spanId;
    return multiIsNewer ? merge(multi, single) : merge(single, multi);
  }
  if (!hasIds(single) && hasIds(multi)) {
    return newTraceContext(multi.traceId, multi.spanId, multi.parentId, single.sampling, withoutDebug(multi));
  }
  return merge(single, multi);
}

/** `winner`, with what `other` adds where both speak of the same span, or one of them of none. */
function merge(winner: Exclude<Extracted, undefined>, other: Exclude<Extracted, undefined>): Extracted {
  if (!hasIds(winner)) return hasIds(other) || other.sampling !== "debug" ? winner : other;
  if (hasIds(other)) {
    if (other.traceId !== winner.traceId) return winner;
    const related = other.spanId === winner.spanId || other.spanId === winner.parentId;
    if (!related) return winner;
  }
  const own = withoutDebug(winner);
  const decided = own === "defer" ? withoutDebug(other) : own;
  const state: SamplingState = winner.sampling === "debug" || other.sampling === "debug" ? "debug" : decided;
  const sameSpan = hasIds(other) && other.spanId === winner.spanId;
  const parentId = winner.parentId ?? (sameSpan ? other.parentId : undefined);
  return newTraceContext(winner.traceId, winner.spanId, parentId, state, decided);
}

/**
 * The fresh one of a B3 and a W3C context. Of the same trace but different spans, `mark` (the span
 * ID that the sender of both wrote into `tracestate`) names the stale one; without it, B3 without a
 * parent is stale, because a mesh's hop always has one. Else `order` decides.
 */
export function chooseFamily(
  b3: Extracted,
  w3c: TraceContext | undefined,
  mark: string | undefined,
  order: Family,
): FamilyChoice | undefined {
  if (w3c === undefined) return b3 && { context: b3, from: "b3", answersIn: hasIds(b3) ? B3_ONLY : BOTH };
  if (!hasIds(b3)) return { context: w3c, from: "w3c", answersIn: W3C_ONLY };
  const narrow = isLowHalf(b3.traceId, w3c.traceId);
  const sameTrace = narrow || b3.traceId === w3c.traceId;
  if (sameTrace && b3.spanId === w3c.spanId) {
    const choice: FamilyChoice = { context: mergeW3c(b3, w3c), from: "b3", answersIn: BOTH };
    return narrow ? { ...choice, narrowB3: true } : choice;
  }
  return fresh(b3, w3c, sameTrace, mark, order) === "b3"
    ? { context: b3, from: "b3", answersIn: B3_ONLY }
    : { context: w3c, from: "w3c", answersIn: W3C_ONLY };
}

/**
 * B3's context of the same span, with the trace ID of `w3c`, and its decision where B3 deferred.
 */
function mergeW3c(b3: TraceContext, w3c: TraceContext): TraceContext {
  const own = withoutDebug(b3);
  if (b3.traceId === w3c.traceId && own !== "defer") return b3;
  const decided = own === "defer" ? withoutDebug(w3c) : own;
  return newTraceContext(w3c.traceId, b3.spanId, b3.parentId, b3.sampling === "debug" ? "debug" : decided, decided);
}

/**
 * Whether a trace ID of 64 bits is the low half of one of 128: older tracers put no more than that
 * into B3.
 */
function isLowHalf(b3: string, w3c: string): boolean {
  return b3 !== w3c && b3.startsWith("0000000000000000") && w3c.endsWith(b3.slice(16));
}

function fresh(
  b3: TraceContext,
  w3c: TraceContext,
  sameTrace: boolean,
  mark: string | undefined,
  order: Family,
): Family {
  if (!sameTrace) return order;
  if (mark === b3.spanId) return "w3c";
  if (mark === w3c.spanId) return "b3";
  return b3.parentId === undefined ? "w3c" : order;
}
