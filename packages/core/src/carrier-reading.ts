/**
 * From a carrier to what it says: the header set looked up once, each value parsed by its format.
 */
import type { TextMapGetter } from "@opentelemetry/api";
import { parseB3Multi, parseSampled } from "./formats/b3-multi.js";
import { parseB3Single } from "./formats/b3-single.js";
import { firstValue } from "./formats/header-value.js";
import { parseMark, parseTraceparent, removeMark } from "./formats/traceparent.js";
import { chooseB3, chooseFamily, type Family } from "./header-families.js";
import type { MeshState } from "./mesh-context.js";
import * as name from "./mesh-headers.js";
import { type Extracted, hasIds, type TraceContext } from "./trace-context.js";

type OnMalformed = ((header: string) => void) | undefined;

const NOTHING_PASSED: readonly string[] = [];

/** What the carrier says; `undefined` when it has none of the headers. Total: a getter that throws counts as empty. */
export function readHeaders(
  carrier: unknown,
  getter: TextMapGetter,
  passThrough: readonly string[],
  families: readonly Family[],
  prefer: "single" | "multi" | undefined,
  onMalformed: OnMalformed,
): MeshState | undefined {
  if (carrier === null || carrier === undefined) return undefined;
  try {
    return (
      read(carrier, getter, passThrough, families, prefer, onMalformed) ??
      readAnyCase(carrier, getter, passThrough, families, prefer, onMalformed)
    );
  } catch {
    onMalformed?.("carrier");
    return undefined;
  }
}

function read(
  carrier: unknown,
  getter: TextMapGetter,
  passThrough: readonly string[],
  families: readonly Family[],
  prefer: "single" | "multi" | undefined,
  onMalformed: OnMalformed,
): MeshState | undefined {
  const b3 = families.includes("b3") ? readB3(carrier, getter, prefer, onMalformed) : undefined;
  const w3c = families.includes("w3c") ? readTraceparent(carrier, getter, onMalformed) : undefined;
  const passed = readPassThrough(carrier, getter, passThrough);
  if (b3 === undefined && w3c === undefined) {
    if (passed === NOTHING_PASSED) return undefined;
    return { extracted: undefined, from: undefined, answersIn: [], tracestate: undefined, passThrough: passed };
  }
  const tracestate = w3c === undefined ? undefined : joined(getter.get(carrier, name.TRACESTATE));
  const choice = chooseFamily(b3, w3c, parseMark(tracestate), families[0] as Family);
  return {
    extracted: choice?.context,
    from: choice?.from,
    // A trace that starts here, be it with a decision from outside, goes out in every family that is configured.
    answersIn: hasIds(choice?.context) ? (choice?.answersIn ?? []) : [],
    // The state belongs to the traceparent that it came with: a stale one takes it along.
    tracestate: choice?.answersIn.includes("w3c") ? removeMark(tracestate) : undefined,
    passThrough: passed,
  };
}

function readB3(
  carrier: unknown,
  getter: TextMapGetter,
  prefer: "single" | "multi" | undefined,
  onMalformed: OnMalformed,
): Extracted {
  const singleText = firstValue(getter.get(carrier, name.B3_SINGLE));
  const single = singleText === undefined ? undefined : parseB3Single(singleText);
  if (singleText !== undefined && single === undefined) onMalformed?.(name.B3_SINGLE);

  const traceId = firstValue(getter.get(carrier, name.B3_TRACE_ID));
  const sampled = firstValue(getter.get(carrier, name.B3_SAMPLED));
  const flags = firstValue(getter.get(carrier, name.B3_FLAGS));
  if (sampled !== undefined && parseSampled(sampled) === "defer") onMalformed?.(name.B3_SAMPLED);
  if (traceId === undefined) {
    if (sampled === undefined && flags === undefined) return single;
    return chooseB3(single, parseB3Multi({ sampled, flags }), prefer);
  }
  const spanId = firstValue(getter.get(carrier, name.B3_SPAN_ID));
  const parentSpanId = firstValue(getter.get(carrier, name.B3_PARENT_SPAN_ID));
  const multi = parseB3Multi({ traceId, spanId, parentSpanId, sampled, flags });
  if (!hasIds(multi)) onMalformed?.(name.B3_TRACE_ID);
  else if (parentSpanId !== undefined && multi.parentId === undefined) onMalformed?.(name.B3_PARENT_SPAN_ID);
  return chooseB3(single, multi, prefer);
}

function readTraceparent(carrier: unknown, getter: TextMapGetter, onMalformed: OnMalformed): TraceContext | undefined {
  const text = firstValue(getter.get(carrier, name.TRACEPARENT));
  if (text === undefined) return undefined;
  const context = parseTraceparent(text);
  if (context === undefined) onMalformed?.(name.TRACEPARENT);
  return context;
}

function readPassThrough(carrier: unknown, getter: TextMapGetter, names: readonly string[]): readonly string[] {
  let passed: string[] | undefined;
  for (let index = 0; index < names.length; index += 1) {
    const header = names[index] as string;
    const raw = getter.get(carrier, header);
    if (raw === undefined) continue;
    const value = joined(raw);
    if (value === undefined) continue;
    if (passed === undefined) passed = [header, value];
    else passed.push(header, value);
  }
  return passed ?? NOTHING_PASSED;
}

/** The value byte for byte, an array's values as one list (RFC 9110, section 5.3); nothing for an empty one. */
function joined(raw: unknown): string | undefined {
  const value = Array.isArray(raw) ? raw.join(",") : raw;
  return typeof value === "string" && value.length > 0 ? value : undefined;
}

/** A second look for carriers whose names are not lower case (`X-B3-TraceId`), as plain objects of tests and queues are. */
function readAnyCase(
  carrier: unknown,
  getter: TextMapGetter,
  ...rest: [readonly string[], readonly Family[], "single" | "multi" | undefined, OnMalformed]
): MeshState | undefined {
  const lowered = new Map<string, string>();
  for (const key of getter.keys(carrier)) {
    const code = key.charCodeAt(0);
    if (code >= 65 && code <= 90) lowered.set(key.toLowerCase(), key);
  }
  if (lowered.size === 0) return undefined;
  const anyCase: TextMapGetter = {
    get: (from, key) => getter.get(from, lowered.get(key) ?? key),
    keys: (from) => getter.keys(from),
  };
  return read(carrier, anyCase, ...rest);
}
