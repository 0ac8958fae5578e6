/**
 * Getters and setters, and what is known of them. OpenTelemetry's API has a default getter and
 * setter in each of its builds and versions: they are recognised by what they do.
 */
import { defaultTextMapGetter, defaultTextMapSetter, type TextMapGetter, type TextMapSetter } from "@opentelemetry/api";
import { REMOVES_HEADERS } from "../process-wide.js";

/** Reads headers as Node's HTTP servers have them: a plain object with names in lower case. */
export const nodeHeadersGetter: TextMapGetter<unknown> = {
  get: (headers, name) => (headers as Record<string, string | string[] | undefined>)[name],
  // No name is in another case.
  keys: () => [],
};

/**
 * What a carrier of an adapter has: methods that replace and remove a header whatever the case of
 * its name.
 */
export interface HeaderCarrier {
  /** Returns the value of a header, whatever the case of its name. */
  get(name: string): unknown;
  /** Writes a header and replaces it in any case of its name. */
  set(name: string, value: string): unknown;
  /** Removes a header. */
  delete(name: string): unknown;
}

/**
 * Writes on a `HeaderCarrier`. With it, `inject` also removes headers; with a setter of its own it
 * never does.
 */
export const headerCarrierSetter: TextMapSetter<HeaderCarrier> = Object.assign(
  { set: (headers: HeaderCarrier, name: string, value: string) => void headers.set(name, value) },
  { [REMOVES_HEADERS]: true as const },
);

/**
 * Whether the carrier may be read, and headers removed from it: not behind a setter that we do not
 * know.
 */
export function knowsCarrier(setter: TextMapSetter): boolean {
  return writesProperty(setter) || (setter as { [REMOVES_HEADERS]?: true })[REMOVES_HEADERS] === true;
}

/** Whether the setter does nothing but set a property of the carrier. */
export function writesProperty(setter: TextMapSetter): boolean {
  return setter === defaultTextMapSetter || isPlain(setter.set, PLAIN_SETTERS, setsProperty);
}

/** Whether the getter does nothing but read a property of the carrier. */
export function readsProperty(getter: TextMapGetter): boolean {
  const { get } = getter;
  // Nearly every carrier comes with the same getter: this saves a look-up in the map.
  if (getter === defaultTextMapGetter || get === lastPlainGetter) return true;
  const plain = isPlain(get, PLAIN_GETTERS, answersProperty);
  if (plain) lastPlainGetter = get;
  return plain;
}

let lastPlainGetter: Method = defaultTextMapGetter.get;

type Method = (...args: never[]) => unknown;

const PLAIN_GETTERS = new WeakMap<Method, boolean>();
const PLAIN_SETTERS = new WeakMap<Method, boolean>();

function isPlain(method: Method, known: WeakMap<Method, boolean>, probe: (method: Method) => boolean): boolean {
  const before = known.get(method);
  if (before !== undefined) return before;
  if (typeof method !== "function") return false;
  let plain = false;
  try {
    plain = touchesNothingElse(method) && probe(method);
  } catch {
    // It did more than read or write one property.
  }
  known.set(method, plain);
  return plain;
}

const FUNCTION = /^(?:function\s*)?(?:[gs]et)?\s*\(\s*([\w$]+)\s*,\s*([\w$]+)\s*(?:,\s*([\w$]+)\s*)?\)/;
const HARMLESS = ["return", "if", "null", "undefined", "void"];

/**
 * Whether its source names nothing but its parameters: it cannot count, log, or depend on anything
 * else.
 */
function touchesNothingElse(method: Method): boolean {
  const source = Function.prototype.toString.call(method);
  const head = FUNCTION.exec(source);
  if (head === null || source.length > 300) return false;
  const words = source.slice(head[0].length).match(/[A-Za-z_$][\w$]*/g) ?? [];
  return words.every((word) => HARMLESS.includes(word) || head.slice(1).includes(word));
}

const PROBE = "Probe-Name";

/** Whether the method, asked for a name, reads that property once and answers with it as it is. */
function answersProperty(method: Method): boolean {
  return [["a", "b"], "a, b", "", undefined, null].every((value) => {
    const touched: unknown[] = [];
    const carrier = watched(touched, value);
    return method(...([carrier, PROBE] as never[])) === value && touched.join() === `get,${PROBE}`;
  });
}

/** Whether the method sets that property once to the value. */
function setsProperty(method: Method): boolean {
  const touched: unknown[] = [];
  method(...([watched(touched, undefined), PROBE, "a, b"] as never[]));
  return touched.join("|") === `set|${PROBE}|a, b`;
}

function watched(touched: unknown[], value: unknown): object {
  const refuse = (): never => {
    throw new TypeError("not a plain property access");
  };
  const traps = Reflect.ownKeys(Reflect).filter((name) => typeof name === "string" && name !== "get" && name !== "set");
  return new Proxy(
    {},
    {
      ...Object.fromEntries(traps.map((name) => [name, refuse])),
      get: (_, name) => {
        touched.push("get", name);
        return value;
      },
      set: (_, name, written) => touched.push("set", name, written) > 0,
    },
  );
}
