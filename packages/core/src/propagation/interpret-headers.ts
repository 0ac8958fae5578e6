/**
 * What the headers of a request say together.
 */
import { parseB3Multi, parseSampled, parseUsualB3Multi } from "../headers/b3-multi.js";
import { parseB3Single } from "../headers/b3-single.js";
import type { ContextHeaders } from "../headers/context-headers.js";
import { chooseB3, chooseFamily, type Family } from "../headers/families.js";
import { firstValue, isAbsent, wholeValue } from "../headers/header-value.js";
import * as name from "../headers/names.js";
import { type Extracted, hasIds, parseTraceId, type TraceContext } from "../headers/trace-context.js";
import { hasRandomFlag, parseTraceparent } from "../headers/traceparent.js";
import { NO_TRACESTATE, parseTracestate } from "../headers/tracestate.js";
import type { HeaderSet } from "./header-set.js";
import { tracestateLimit } from "./pass-through.js";
import type { MeshState } from "./request-context.js";

export const NOTHING_PASSED: readonly string[] = [];
export const NO_FAMILIES: readonly Family[] = [];
const B3_ONLY: readonly Family[] = ["b3"];
const W3C_ONLY: readonly Family[] = ["w3c"];

/** What the headers of a request say; `undefined` when they say nothing. Total. */
export function interpret(raw: ContextHeaders, passThrough: readonly string[], set: HeaderSet): MeshState | undefined {
  const b3 = set.b3 ? readB3(raw, set) : undefined;
  const traceparent =
    set.w3c && raw.traceparent !== undefined ? textValue(raw.traceparent, name.TRACEPARENT, set) : undefined;
  const w3c = traceparent === undefined ? undefined : readTraceparent(traceparent, set);
  if (w3c === undefined) {
    if (b3 === undefined && passThrough === NOTHING_PASSED && !hasAny(raw)) return undefined;
    return {
      extracted: b3,
      from: b3 === undefined ? undefined : "b3",
      answersIn: hasIds(b3) ? B3_ONLY : NO_FAMILIES,
      tracestate: undefined,
      passThrough,
      random: false,
      narrowB3: false,
      raw,
    };
  }
  const { mark, others, malformed } =
    raw.tracestate === undefined
      ? NO_TRACESTATE
      : parseTracestate(wholeValue(raw.tracestate), tracestateLimit(passThrough));
  if (malformed) set.onMalformed(name.TRACESTATE);
  const choice = chooseFamily(b3, w3c, mark, set.families[0] as Family);
  const answersIn = choice?.answersIn ?? W3C_ONLY;
  const answersW3c = answersIn !== B3_ONLY && answersIn.includes("w3c");
  return {
    extracted: choice?.context,
    from: choice?.from,
    answersIn,
    // The state belongs to the traceparent that it came with: a stale one takes it along.
    tracestate: answersW3c ? others : undefined,
    passThrough,
    random: answersW3c && hasRandomFlag(traceparent as string),
    narrowB3: choice?.narrowB3 === true,
    raw,
  };
}

function readB3(raw: ContextHeaders, set: HeaderSet): Extracted {
  const { prefer, onMalformed } = set;
  if (raw.single === undefined && raw.flags === undefined && raw.traceId !== undefined) {
    const usual = parseUsualB3Multi(raw.traceId, raw.spanId, raw.parentSpanId, raw.sampled);
    if (usual !== undefined) return usual;
  }
  const singleText = raw.single === undefined ? undefined : textValue(raw.single, name.B3_SINGLE, set);
  const single = singleText === undefined ? undefined : parseB3Single(singleText);
  if (singleText !== undefined && single === undefined) onMalformed(name.B3_SINGLE);

  const sampled = raw.sampled === undefined ? undefined : textValue(raw.sampled, name.B3_SAMPLED, set);
  const flags = raw.flags === undefined ? undefined : textValue(raw.flags, name.B3_FLAGS, set);
  if (sampled !== undefined && parseSampled(sampled) === "defer") onMalformed(name.B3_SAMPLED);
  if (flags !== undefined && flags !== "1" && flags !== "0") onMalformed(name.B3_FLAGS);
  const traceId = raw.traceId === undefined ? undefined : textValue(raw.traceId, name.B3_TRACE_ID, set);
  if (traceId === undefined) {
    if (sampled === undefined && flags === undefined) return single;
    return chooseB3(single, parseB3Multi({ sampled, flags }), prefer);
  }
  const spanId = textValue(raw.spanId, name.B3_SPAN_ID, set);
  const parentSpanId =
    raw.parentSpanId === undefined ? undefined : textValue(raw.parentSpanId, name.B3_PARENT_SPAN_ID, set);
  const multi = parseB3Multi({ traceId, spanId, parentSpanId, sampled, flags });
  if (!hasIds(multi)) onMalformed(parseTraceId(traceId) === undefined ? name.B3_TRACE_ID : name.B3_SPAN_ID);
  else if (parentSpanId !== undefined && multi.parentId === undefined) onMalformed(name.B3_PARENT_SPAN_ID);
  return chooseB3(single, multi, prefer);
}

function readTraceparent(text: string, { onMalformed }: HeaderSet): TraceContext | undefined {
  const context = parseTraceparent(text);
  if (context === undefined) onMalformed(name.TRACEPARENT);
  return context;
}

/** A header's first value; one that is no text is counted. */
function textValue(value: unknown, header: string, { onMalformed }: HeaderSet): string | undefined {
  const text = firstValue(value);
  if (text === undefined && !isAbsent(value)) onMalformed(header);
  return text;
}

function hasAny(raw: ContextHeaders): boolean {
  return Object.values(raw).some((value) => !isAbsent(value));
}
