/**
 * What a propagator is given to read and to write on: OpenTelemetry's default getter and setter know plain objects; here
 * `Headers`, `Map` and lists are known as well. A getter or setter of the caller's own is always used as it is.
 */
import { defaultTextMapGetter, defaultTextMapSetter, type TextMapGetter, type TextMapSetter } from "@opentelemetry/api";
import { listNames, readList, removeFromList, writeList } from "./header-list.js";

interface Keyed {
  get?(name: string): unknown;
  set?(name: string, value: string): unknown;
  keys?(): Iterable<string>;
  delete?(name: string): unknown;
  remove?(name: string): unknown;
  getHeader?(name: string): unknown;
  removeHeader?(name: string): void;
}

const KEYED_GETTER: TextMapGetter<Required<Keyed>> = {
  // A getter's answer is checked for its type by who reads it.
  get: (carrier, name) => (carrier.get(name) ?? undefined) as string | undefined,
  keys: (carrier) => [...carrier.keys()],
};
const KEYED_SETTER: TextMapSetter<Required<Keyed>> = {
  set: (carrier, name, value) => void carrier.set(name, value),
};
const LIST_GETTER: TextMapGetter<readonly unknown[]> = { get: readList, keys: listNames };
const LIST_SETTER: TextMapSetter<unknown[]> = { set: writeList };

/** `getter`, or where that is OpenTelemetry's default one that can read this carrier. */
export function getterFor(carrier: unknown, getter: TextMapGetter): TextMapGetter {
  if (getter !== defaultTextMapGetter) return getter;
  if (Array.isArray(carrier)) return LIST_GETTER as TextMapGetter;
  const { get, keys } = carrier as Keyed;
  return typeof get === "function" && typeof keys === "function" ? (KEYED_GETTER as TextMapGetter) : getter;
}

/** `setter`, or where that is OpenTelemetry's default one that can write on this carrier. */
export function setterFor(carrier: unknown, setter: TextMapSetter): TextMapSetter {
  if (setter !== defaultTextMapSetter) return setter;
  if (Array.isArray(carrier)) return LIST_SETTER as TextMapSetter;
  const { get, set } = carrier as Keyed;
  return typeof get === "function" && typeof set === "function" ? (KEYED_SETTER as TextMapSetter) : setter;
}

/** The value under a lower-case name, on a carrier that calls are made with; `undefined` where it cannot be read. */
export function peek(carrier: unknown, name: string): unknown {
  if (typeof carrier !== "object" || carrier === null) return undefined;
  if (Array.isArray(carrier)) return readList(carrier, name);
  const { get, getHeader } = carrier as Keyed;
  if (typeof get === "function") return get.call(carrier, name);
  return typeof getHeader === "function" ? getHeader.call(carrier, name) : (carrier as Record<string, unknown>)[name];
}

/**
 * Takes headers off a carrier (a copied header bag brings them): `stale` whatever they say, and of the others, in lower
 * case, those that are empty or stand there in another case than the one they are `written` in. Knows plain objects,
 * lists, `Map`, `Headers`, gRPC's metadata and Node's requests.
 */
export function removeStale(
  carrier: unknown,
  stale: ReadonlySet<string>,
  others: readonly string[],
  written: readonly string[] | undefined,
): void {
  if (typeof carrier !== "object" || carrier === null) return;
  const isStale = (lower: string, name: string, value: unknown): boolean =>
    stale.has(lower) ||
    (others.includes(lower) && (value === "" || (name !== lower && written?.includes(lower) === true)));
  if (Array.isArray(carrier)) {
    removeFromList(carrier, (lower, value) => isStale(lower, lower, value));
    return;
  }
  if (carrier instanceof Map) {
    for (const [name, value] of carrier) {
      if (typeof name === "string" && isStale(name.toLowerCase(), name, value)) carrier.delete(name);
    }
    return;
  }
  const keyed = carrier as Keyed;
  const remove = keyed.removeHeader ?? keyed.delete ?? keyed.remove;
  if (typeof remove === "function") {
    for (const name of stale) remove.call(carrier, name);
    return;
  }
  const headers = carrier as Record<string, unknown>;
  for (const name in headers)
    if (isStale(stale.has(name) ? name : name.toLowerCase(), name, headers[name])) delete headers[name];
}
