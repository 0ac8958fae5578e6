/**
 * From a carrier to what it says: each header looked up once, by the shortest way that its kind
 * allows.
 */
import { defaultTextMapGetter, type TextMapGetter } from "@opentelemetry/api";
import type { ContextHeaders } from "../headers/context-headers.js";
import { isAbsent } from "../headers/header-value.js";
import * as name from "../headers/names.js";
import { getterFor } from "./carriers.js";
import { nodeHeadersGetter, readsProperty } from "./getters.js";
import { type HeaderSet, nameHash } from "./header-set.js";
import { interpret, NOTHING_PASSED } from "./interpret-headers.js";
import { readPassThrough } from "./pass-through.js";
import { readPlain } from "./read-plain.js";
import type { MeshState } from "./request-context.js";

/**
 * What the carrier says; `undefined` when it has none of the headers. Total: what cannot be read is
 * counted.
 */
export function readCarrier(carrier: unknown, getter: TextMapGetter, set: HeaderSet): MeshState | undefined {
  try {
    if (getter === nodeHeadersGetter) return readNodeHeaders(carrier as Record<string, unknown>, set);
    const plain = getter === defaultTextMapGetter || readsProperty(getter);
    if (plain && isPlainObject(carrier)) {
      // A mesh brings both, in lower case: no need to look at all the names.
      if (carrier["x-request-id"] !== undefined && hasLowerCaseContext(carrier)) return readPlain(carrier, set);
      switch (namesOn(carrier, set)) {
        case NONE:
          return undefined;
        case LOWER_CASE:
          return readPlain(carrier, set);
      }
    }
    return readBy(carrier, getterFor(carrier, plain ? defaultTextMapGetter : getter), set);
  } catch {
    set.onMalformed("carrier");
    return undefined;
  }
}

function readNodeHeaders(headers: Record<string, unknown>, set: HeaderSet): MeshState | undefined {
  if (headers["x-request-id"] === undefined && namesOn(headers, set) === NONE) return undefined;
  return readPlain(headers, set);
}

function hasLowerCaseContext(carrier: Readonly<Record<string, unknown>>): boolean {
  return carrier["x-b3-traceid"] !== undefined || carrier["traceparent"] !== undefined || carrier["b3"] !== undefined;
}

/** Returns whether the carrier is a plain object without a header: nothing to read or to remove. */
export function isEmptyObject(carrier: unknown): boolean {
  for (const _ in carrier as object) return false;
  return isPlainObject(carrier);
}

function isPlainObject(carrier: unknown): carrier is Record<string, unknown> {
  if (typeof carrier !== "object") return false;
  const prototype: unknown = Object.getPrototypeOf(carrier);
  return prototype === Object.prototype || prototype === null;
}

const NONE = 0;
const LOWER_CASE = 1;
const OTHERWISE = 2;

/**
 * One look at the names: cheaper than a look-up for each header, where a carrier has none of them.
 */
function namesOn(carrier: object, { filter, roles }: HeaderSet): typeof NONE | typeof LOWER_CASE | typeof OTHERWISE {
  let found: typeof NONE | typeof LOWER_CASE = NONE;
  for (const key in carrier) {
    if (filter[nameHash(key)] === 0) continue;
    if (roles.has(key)) found = LOWER_CASE;
    else if (key === "get" || key === "keys" || roles.has(key.toLowerCase())) return OTHERWISE;
  }
  return found;
}

/** The way for every carrier. One value that cannot be read does not spoil the others. */
function readBy(carrier: unknown, getter: TextMapGetter, set: HeaderSet): MeshState | undefined {
  let spelled: Map<string, string> | undefined;
  let searched = false;
  const read = (header: string): unknown => {
    try {
      const value: unknown = getter.get(carrier, header);
      if (!isAbsent(value)) return value;
      if (!searched) {
        searched = true;
        spelled = otherSpellings(carrier, getter, set);
      }
      const spelling = spelled?.get(header);
      if (spelling === undefined) return undefined;
      const other: unknown = getter.get(carrier, spelling);
      return isAbsent(other) ? undefined : other;
    } catch {
      set.onMalformed(header);
      return undefined;
    }
  };
  const { b3, w3c } = set;
  const raw: ContextHeaders = {
    traceId: b3 ? read(name.B3_TRACE_ID) : undefined,
    spanId: b3 ? read(name.B3_SPAN_ID) : undefined,
    parentSpanId: b3 ? read(name.B3_PARENT_SPAN_ID) : undefined,
    sampled: b3 ? read(name.B3_SAMPLED) : undefined,
    flags: b3 ? read(name.B3_FLAGS) : undefined,
    single: b3 ? read(name.B3_SINGLE) : undefined,
    traceparent: w3c ? read(name.TRACEPARENT) : undefined,
    tracestate: w3c ? read(name.TRACESTATE) : undefined,
  };
  return interpret(raw, readPassThrough(read, set) ?? NOTHING_PASSED, set);
}

/** The names on the carrier that are not in lower case, by those in lower case. */
function otherSpellings(carrier: unknown, getter: TextMapGetter, set: HeaderSet): Map<string, string> | undefined {
  let spelled: Map<string, string> | undefined;
  try {
    for (const key of getter.keys(carrier) as unknown[]) {
      if (typeof key !== "string" || set.filter[nameHash(key)] === 0) continue;
      const lower = key.toLowerCase();
      if (lower === key || !set.roles.has(lower)) continue;
      spelled ??= new Map();
      if (!spelled.has(lower)) spelled.set(lower, key);
    }
  } catch {
    set.onMalformed("carrier");
  }
  return spelled;
}
