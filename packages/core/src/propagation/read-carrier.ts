/**
 * From a carrier to what it says: each header looked up once, by the shortest way that its kind
 * allows.
 */
import { defaultTextMapGetter, type TextMapGetter } from "@opentelemetry/api";
import type { ContextHeaders } from "../headers/context-headers.js";
import * as name from "../headers/names.js";
import { getterFor, PLAIN } from "./carriers.js";
import { nodeHeadersGetter, readsProperty } from "./getters.js";
import { headerReader } from "./header-reader.js";
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
      const names = namesOn(carrier, set);
      if (names === NONE) return undefined;
      if (names === LOWER_CASE) return readPlainly(carrier, set);
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

/** A property that throws when it is read does not keep the others back. */
function readPlainly(carrier: Record<string, unknown>, set: HeaderSet): MeshState | undefined {
  try {
    return readPlain(carrier, set);
  } catch {
    return readBy(carrier, PLAIN, set);
  }
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
  const { b3, w3c, filter, roles, onMalformed } = set;
  const isWanted = (header: string): boolean => filter[nameHash(header)] !== 0 && roles.has(header.toLowerCase());
  const read = headerReader(carrier, getter, isWanted, onMalformed);
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
