/**
 * The kinds of carriers that can be read and written without a getter or setter of the caller's
 * own: OpenTelemetry's default ones know plain objects alone. A getter or setter that is not a
 * default one is always used as it is.
 */
import { types } from "node:util";
import type { TextMapGetter, TextMapSetter } from "@opentelemetry/api";
import { knowsCarrier, readsProperty } from "./getters.js";
import { like, listNames, readList, removeFromList, writeList } from "./header-list.js";

/** One kind of carrier. */
export interface CarrierKind extends TextMapGetter<unknown>, TextMapSetter<unknown> {
  /** A value as the carrier holds it, which need not be text. */
  get(carrier: unknown, name: string): never;
  /**
   * The names as `get` and `remove` take them: text or bytes. Absent where names match in any case,
   * and need not be looked through.
   */
  readonly names?: (carrier: unknown) => Iterable<unknown>;
  remove(carrier: unknown, name: string): void;
}

interface Keyed {
  get(name: string): unknown;
  set(name: string, value: unknown): unknown;
  keys?(): Iterable<unknown>;
  delete?(name: string): unknown;
  remove?(name: string): unknown;
  getMap?(): object;
}

/** Node's requests and responses. */
interface Message {
  getHeader(name: string): unknown;
  getHeaderNames(): string[];
  setHeader(name: string, value: string): unknown;
  removeHeader(name: string): void;
}

type Kind<Carrier> = {
  get(carrier: Carrier, name: string): unknown;
  keys(carrier: Carrier): string[];
  set(carrier: Carrier, name: string, value: string): void;
  names?: (carrier: Carrier) => Iterable<unknown>;
  remove(carrier: Carrier, name: string): void;
};

const kind = <Carrier>(of: Kind<Carrier>): CarrierKind => of as unknown as CarrierKind;

export const PLAIN = kind<Record<string, unknown>>({
  get: (carrier, name) => carrier[name],
  keys: (carrier) => Object.keys(carrier),
  set(carrier, name, value) {
    carrier[name] = value;
  },
  names: (carrier) => Object.keys(carrier),
  remove: (carrier, name) => void delete carrier[name],
});

const LIST = kind<unknown[]>({
  get: readList,
  keys: listNames,
  set: writeList,
  names: listNames,
  remove: (carrier, name) => removeFromList(carrier, (other) => other === name.toLowerCase()),
});

const get = ({ get: read }: Keyed, carrier: Keyed, name: string): unknown => read.call(carrier, name) ?? undefined;
const remove = (carrier: Keyed, name: string): void => void (carrier.delete ?? carrier.remove)?.call(carrier, name);

/** `Map`, NATS' headers and whatever else has `get` and `keys`: names match as they are spelled. */
const KEYED = kind<Keyed>({
  get: (carrier, name) => get(carrier, carrier, name),
  keys: (carrier) => [...(carrier.keys?.() ?? [])] as string[],
  set: (carrier, name, value) => {
    const [first] = carrier.keys?.() ?? [];
    carrier.set(like(first, name) as string, like(first, value));
  },
  names: (carrier) => [...(carrier.keys?.() ?? [])],
  remove,
});

/** `Headers`, and the carriers of adapters: names match in any case. */
const ANY_CASE = kind<Keyed>({
  get: (carrier, name) => get(carrier, carrier, name),
  keys: (carrier) => [...(carrier.keys?.() ?? [])] as string[],
  set: (carrier, name, value) => void carrier.set(name, value),
  remove,
});

/** gRPC's metadata. Values whose names end in `-bin` are bytes in it, and base64 on the wire. */
const METADATA = kind<Keyed>({
  get: (carrier, name) => {
    const values = get(carrier, carrier, name);
    return Array.isArray(values) && name.endsWith("-bin") ? values.map(asBase64) : values;
  },
  keys: (carrier) => Object.keys(carrier.getMap?.() ?? {}),
  set: (carrier, name, value) => void carrier.set(name, name.endsWith("-bin") ? Buffer.from(value, "base64") : value),
  remove,
});

const MESSAGE = kind<Message>({
  get: (carrier, name) => carrier.getHeader(name),
  keys: (carrier) => carrier.getHeaderNames(),
  set: (carrier, name, value) => void carrier.setHeader(name, value),
  remove: (carrier, name) => carrier.removeHeader(name),
});

/** The kind of a carrier; a plain object where it is no other. */
export function kindOf(carrier: unknown): CarrierKind {
  if (Array.isArray(carrier)) return LIST;
  const { get, set, keys, getMap, setHeader, removeHeader } = carrier as Partial<Keyed & Message>;
  if (typeof get === "function") {
    if (typeof getMap === "function") return METADATA;
    if (typeof keys === "function") return isHeaders(carrier) ? ANY_CASE : KEYED;
    if (typeof set === "function") return ANY_CASE;
  }
  return typeof setHeader === "function" && typeof removeHeader === "function" ? MESSAGE : PLAIN;
}

/** `getter`, or the carrier's own kind where that is one of OpenTelemetry's default getters. */
export function getterFor(carrier: unknown, getter: TextMapGetter): TextMapGetter {
  return readsProperty(getter) ? kindOf(carrier) : getter;
}

/** `setter`, or the carrier's own kind where the setter is a default one. */
export function setterFor(carrier: unknown, setter: TextMapSetter): TextMapSetter {
  return knowsCarrier(setter) ? kindOf(carrier) : setter;
}

/** Not `instanceof`: Jest and \`vm\` contexts have classes of their own. */
function isHeaders(carrier: unknown): boolean {
  return (carrier as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag] === "Headers";
}

function asBase64(value: unknown): unknown {
  return types.isUint8Array(value) ? Buffer.from(value).toString("base64") : value;
}
