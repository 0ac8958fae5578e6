/**
 * From a trace context to the values of its headers.
 */
import { formatSampled } from "../headers/b3-multi.js";
import { formatB3Single } from "../headers/b3-single.js";
import type { ContextHeaders } from "../headers/context-headers.js";
import { type Extracted, formatTraceId } from "../headers/trace-context.js";
import { formatTraceparent } from "../headers/traceparent.js";
import { addMark } from "../headers/tracestate.js";
import type { HeaderSet } from "./header-set.js";

/** What goes into the headers beside the context. */
export interface Answer {
  readonly b3: boolean;
  readonly w3c: boolean;
  /** Without our mark. */
  readonly tracestate: string | undefined;
  /** Whether `traceparent` came with the random flag. */
  readonly random: boolean;
  /** Whether B3 goes on with the low half of the trace ID. */
  readonly narrowB3: boolean;
}

export const NO_HEADERS: ContextHeaders<string> = {
  traceId: undefined,
  spanId: undefined,
  parentSpanId: undefined,
  sampled: undefined,
  flags: undefined,
  single: undefined,
  traceparent: undefined,
  tracestate: undefined,
};

/** The headers of a context in the families of the answer. A decision goes out in B3 alone. */
export function formatContext(
  context: Exclude<Extracted, undefined>,
  { b3, w3c, tracestate, random, narrowB3 }: Answer,
  { b3Single, b3Multi }: HeaderSet,
): ContextHeaders<string> {
  const multi = b3 && b3Multi;
  const debug = context.sampling === "debug";
  const ids = context.traceId === undefined ? undefined : context;
  return {
    traceId: multi && ids !== undefined ? b3TraceId(ids.traceId, narrowB3) : undefined,
    spanId: multi ? ids?.spanId : undefined,
    parentSpanId: multi ? ids?.parentId : undefined,
    // Envoy never reads the flag: without x-b3-sampled beside it the next sidecar decides for
    // itself and tears the trace.
    sampled: multi ? formatSampled(context.sampling) : undefined,
    flags: multi && debug ? "1" : undefined,
    single: b3 && b3Single ? formatB3Single(narrowB3 ? narrowed(context) : context) : undefined,
    traceparent: w3c && ids !== undefined ? formatTraceparent(ids, random) : undefined,
    tracestate: w3c && ids !== undefined ? (b3 ? addMark(tracestate, ids.spanId) : tracestate) : undefined,
  };
}

function b3TraceId(traceId: string, narrow: boolean): string {
  return narrow ? traceId.slice(16) : formatTraceId(traceId);
}

function narrowed(context: Exclude<Extracted, undefined>): Exclude<Extracted, undefined> {
  return context.traceId === undefined ? context : { ...context, traceId: context.traceId.slice(16).padStart(32, "0") };
}
