/**
 * From a carrier to what it says: the header set looked up once, each value parsed by its format.
 */
import { defaultTextMapGetter, type TextMapGetter } from "@opentelemetry/api";
import { parseB3Multi, parseSampled } from "../headers/b3-multi.js";
import { parseB3Single } from "../headers/b3-single.js";
import { chooseB3, chooseFamily, type Family } from "../headers/families.js";
import { firstValue, forwardable } from "../headers/header-value.js";
import * as name from "../headers/names.js";
import { type Extracted, hasIds, parseTraceId, type TraceContext } from "../headers/trace-context.js";
import { parseTraceparent } from "../headers/traceparent.js";
import { parseTracestate } from "../headers/tracestate.js";
import type { MeshState } from "./request-context.js";

/** What to look for, and whom to tell of what is malformed. */
export interface Reading {
  /** The families to read, the preferred one first. */
  readonly families: readonly Family[];
  readonly prefer: "single" | "multi" | undefined;
  /** Lower case. */
  readonly passThrough: readonly string[];
  /** All names of the set, in lower case. */
  readonly names: ReadonlySet<string>;
  /** How long they are: most names on a carrier need no closer look. */
  readonly lengths: ReadonlySet<number>;
  /** Never throws. */
  readonly onMalformed: (header: string) => void;
}

const NOTHING_PASSED: readonly string[] = [];
const NO_FAMILIES: readonly Family[] = [];

/** What the carrier says; `undefined` when it has none of the headers. Total: a getter that throws counts as empty. */
export function readHeaders(carrier: unknown, getter: TextMapGetter, reading: Reading): MeshState | undefined {
  if (carrier === null || carrier === undefined) return undefined;
  let state: MeshState | undefined;
  try {
    if (isPlain(carrier, getter) && !comesFromMesh(carrier) && !mentionsAny(carrier, reading)) return undefined;
    state = read(carrier, getter, reading);
    // A mesh brings both, in lower case. Where one is missing it may stand there as `X-B3-TraceId`.
    if (state?.extracted !== undefined && state.passThrough !== NOTHING_PASSED) return state;
    return readAnyCase(carrier, getter, reading) ?? state;
  } catch {
    reading.onMalformed("carrier");
    return state;
  }
}

/** Whether all that the getter can find stands among the object's own names. */
function isPlain(carrier: unknown, getter: TextMapGetter): carrier is object {
  return getter === defaultTextMapGetter && Object.getPrototypeOf(carrier) === Object.prototype;
}

/** Every Envoy adds it: no need to look at all the names. */
function comesFromMesh(carrier: object): boolean {
  return (carrier as Record<string, unknown>)[name.REQUEST_ID] !== undefined;
}

/** One look at the names tells most carriers that have none of the set, sooner than one look-up for each header. */
function mentionsAny(carrier: object, { names, lengths }: Reading): boolean {
  for (const key in carrier) if (lengths.has(key.length) && names.has(key.toLowerCase())) return true;
  return false;
}

function read(carrier: unknown, getter: TextMapGetter, reading: Reading): MeshState | undefined {
  const { families } = reading;
  const b3 = families.includes("b3") ? readB3(carrier, getter, reading) : undefined;
  const w3c = families.includes("w3c") ? readTraceparent(carrier, getter, reading) : undefined;
  const passThrough = readPassThrough(carrier, getter, reading);
  if (b3 === undefined && w3c === undefined) {
    if (passThrough === NOTHING_PASSED) return undefined;
    return { extracted: undefined, from: undefined, answersIn: NO_FAMILIES, tracestate: undefined, passThrough };
  }
  const { mark, others, malformed } = parseTracestate(w3c && joined(getter.get(carrier, name.TRACESTATE)));
  if (malformed) reading.onMalformed(name.TRACESTATE);
  const choice = chooseFamily(b3, w3c, mark, families[0] as Family);
  return {
    extracted: choice?.context,
    from: choice?.from,
    // A trace that starts here, be it with a decision from outside, goes out in every family that is configured.
    answersIn: hasIds(choice?.context) ? (choice?.answersIn ?? NO_FAMILIES) : NO_FAMILIES,
    // The state belongs to the traceparent that it came with: a stale one takes it along.
    tracestate: choice?.answersIn.includes("w3c") ? others : undefined,
    passThrough,
  };
}

function readB3(carrier: unknown, getter: TextMapGetter, { prefer, onMalformed }: Reading): Extracted {
  const singleText = firstValue(getter.get(carrier, name.B3_SINGLE));
  const single = singleText === undefined ? undefined : parseB3Single(singleText);
  if (singleText !== undefined && single === undefined) onMalformed(name.B3_SINGLE);

  const traceId = firstValue(getter.get(carrier, name.B3_TRACE_ID));
  const sampled = firstValue(getter.get(carrier, name.B3_SAMPLED));
  const flags = firstValue(getter.get(carrier, name.B3_FLAGS));
  if (sampled !== undefined && parseSampled(sampled) === "defer") onMalformed(name.B3_SAMPLED);
  if (flags !== undefined && flags !== "1" && flags !== "0") onMalformed(name.B3_FLAGS);
  if (traceId === undefined) {
    if (sampled === undefined && flags === undefined) return single;
    return chooseB3(single, parseB3Multi({ sampled, flags }), prefer);
  }
  const spanId = firstValue(getter.get(carrier, name.B3_SPAN_ID));
  const parentSpanId = firstValue(getter.get(carrier, name.B3_PARENT_SPAN_ID));
  const multi = parseB3Multi({ traceId, spanId, parentSpanId, sampled, flags });
  if (!hasIds(multi)) onMalformed(parseTraceId(traceId) === undefined ? name.B3_TRACE_ID : name.B3_SPAN_ID);
  else if (parentSpanId !== undefined && multi.parentId === undefined) onMalformed(name.B3_PARENT_SPAN_ID);
  return chooseB3(single, multi, prefer);
}

function readTraceparent(carrier: unknown, getter: TextMapGetter, { onMalformed }: Reading): TraceContext | undefined {
  const text = firstValue(getter.get(carrier, name.TRACEPARENT));
  if (text === undefined) return undefined;
  const context = parseTraceparent(text);
  if (context === undefined) onMalformed(name.TRACEPARENT);
  return context;
}

function readPassThrough(carrier: unknown, getter: TextMapGetter, reading: Reading): readonly string[] {
  const names = reading.passThrough;
  let passed: string[] | undefined;
  for (let index = 0; index < names.length; index += 1) {
    const header = names[index] as string;
    const raw = getter.get(carrier, header);
    if (raw === undefined) continue;
    const value = joined(raw);
    if (value === undefined) continue;
    if (!forwardable(value)) reading.onMalformed(header);
    else if (passed === undefined) passed = [header, value];
    else passed.push(header, value);
  }
  return passed ?? NOTHING_PASSED;
}

/** The value byte for byte, an array's values as one list (RFC 9110, section 5.3); nothing for an empty one. */
function joined(raw: unknown): string | undefined {
  const value = Array.isArray(raw) ? raw.filter((one) => typeof one === "string").join(",") : raw;
  return typeof value === "string" && value.length > 0 ? value : undefined;
}

/** A second look, for names that are not in lower case; `undefined` when there are none of the set. */
function readAnyCase(carrier: unknown, getter: TextMapGetter, reading: Reading): MeshState | undefined {
  let spelled: Map<string, string> | undefined;
  for (const key of getter.keys(carrier) as unknown[]) {
    if (typeof key !== "string" || !reading.lengths.has(key.length)) continue;
    const lower = key.toLowerCase();
    if (lower === key || !reading.names.has(lower)) continue;
    spelled ??= new Map();
    spelled.set(lower, key);
  }
  if (spelled === undefined) return undefined;
  const names = spelled;
  const anyCase: TextMapGetter = {
    get: (from, key) => getter.get(from, key) ?? getter.get(from, names.get(key) ?? key),
    keys: (from) => getter.keys(from),
  };
  // What the first look found malformed is counted already.
  const onMalformed = (header: string): void => {
    if (names.has(header)) reading.onMalformed(header);
  };
  return read(carrier, anyCase, { ...reading, onMalformed });
}
