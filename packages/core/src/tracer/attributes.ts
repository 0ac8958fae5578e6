/**
 * Attribute values as OpenTelemetry's SDK 3.x takes them: text, numbers, booleans, bytes, null, and
 * arrays and maps of those. Values are copied, so that a later change by the caller does not reach
 * the span, and text is truncated.
 *
 * Spec: https://opentelemetry.io/docs/specs/otel/common/#anyvalue
 */
import type { Attributes } from "@opentelemetry/api";
import { warnOnce } from "./misuse.js";

/** The value of `cleanValue` for a value that cannot be an attribute. */
export const INVALID: unique symbol = Symbol("invalid attribute value");

/**
 * Attributes of an event or a link, and how many were left out. Both are absent where none were
 * passed.
 */
export interface CleanAttributes {
  attributes?: Attributes;
  droppedAttributesCount?: number;
}

/**
 * Returns a copy of `value` with text cut to `maxLength` characters (bytes: to as many bytes);
 * `INVALID` for BigInt, symbols, functions, instances of classes, cycles, and objects whose getters
 * throw.
 */
export function cleanValue(value: unknown, maxLength: number): unknown {
  switch (typeof value) {
    case "string":
      return value.length > maxLength ? value.slice(0, maxLength) : value;
    case "number":
    case "boolean":
      return value;
    case "object":
      try {
        return copyOf(value, maxLength, []);
      } catch {
        return INVALID;
      }
    default:
      return INVALID;
  }
}

/**
 * Returns a clean copy of the attributes of an event: values are text, numbers, booleans or arrays
 * of one of these.
 */
export function cleanEventAttributes(attributes: unknown, maxCount: number, maxLength: number): CleanAttributes {
  return clean(attributes, maxCount, maxLength, cleanSimpleValue);
}

/** Returns a clean copy of the attributes of a span or a link. */
export function cleanAttributes(attributes: unknown, maxCount: number, maxLength: number): CleanAttributes {
  return clean(attributes, maxCount, maxLength, cleanValue);
}

/**
 * Returns the caller's attributes with those of the sampler, which take precedence, even if they
 * are invalid.
 */
export function cleanMerged(attributes: Attributes | undefined, sampled: Readonly<Attributes>): CleanAttributes {
  const merged = Object.fromEntries([...entriesOf(attributes ?? {}), ...entriesOf(sampled)]);
  return cleanAttributes(merged, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
}

function clean(
  attributes: unknown,
  maxCount: number,
  maxLength: number,
  cleanOne: (value: unknown, maxLength: number) => unknown,
): CleanAttributes {
  if (typeof attributes !== "object" || attributes === null) return {};
  const kept: Record<string, unknown> = {};
  let count = 0;
  let dropped = 0;
  for (const [key, value] of entriesOf(attributes)) {
    if (value === undefined) continue;
    const copy = count >= maxCount || key === "" ? INVALID : cleanOne(value, maxLength);
    if (copy === INVALID) {
      dropped += 1;
      if (count < maxCount) warnInvalid(key);
    } else {
      setOwn(kept, key, copy);
      count += 1;
    }
  }
  return { attributes: kept as Attributes, droppedAttributesCount: dropped };
}

/** Logs once that the value for `key` cannot be recorded. */
export function warnInvalid(key: string): void {
  if (key === "") warnOnce("an attribute has an empty key");
  else warnOnce("the value of an attribute is of a type that spans do not take", key);
}

/**
 * Returns the own enumerable members; a member whose getter throws has the value of a function,
 * which is invalid.
 */
export function entriesOf(attributes: object): [string, unknown][] {
  try {
    return Object.entries(attributes);
  } catch {
    return keysOf(attributes).map((key) => [key, readOrInvalid(attributes, key)]);
  }
}

/** Sets a member under any name: an assignment to `__proto__` would set none. */
export function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === "__proto__") {
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  } else target[key] = value;
}

function keysOf(attributes: object): string[] {
  try {
    return Object.keys(attributes);
  } catch {
    return [];
  }
}

function readOrInvalid(attributes: object, key: string): unknown {
  try {
    return (attributes as Record<string, unknown>)[key];
  } catch {
    return INVALID;
  }
}

function copyOf(value: object | null, maxLength: number, above: unknown[]): unknown {
  if (value === null) return null;
  if (isBytes(value)) return value.length > maxLength ? value.slice(0, maxLength) : value;
  if (above.includes(value)) return INVALID;
  above.push(value);
  const copy = Array.isArray(value) ? copyList(value, maxLength, above) : copyMap(value, maxLength, above);
  above.pop();
  return copy;
}

function copyList(list: readonly unknown[], maxLength: number, above: unknown[]): unknown {
  const copy: unknown[] = [];
  for (const item of list) {
    const one = item === undefined ? undefined : copyInner(item, maxLength, above);
    if (one === INVALID) return INVALID;
    copy.push(one);
  }
  return copy;
}

function copyMap(map: object, maxLength: number, above: unknown[]): unknown {
  if (!isPlain(map)) return INVALID;
  const copy: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(map)) {
    if (value === undefined) continue;
    const one = copyInner(value, maxLength, above);
    if (one === INVALID) return INVALID;
    setOwn(copy, key, one);
  }
  return copy;
}

function copyInner(value: unknown, maxLength: number, above: unknown[]): unknown {
  return typeof value === "object" ? copyOf(value, maxLength, above) : cleanValue(value, maxLength);
}

// Not `instanceof`: objects of another realm (Jest, vm) count as well.
function isBytes(value: object): value is Uint8Array {
  return ArrayBuffer.isView(value) && Object.prototype.toString.call(value) === "[object Uint8Array]";
}

function isPlain(value: object): boolean {
  const prototype: object | null = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Text, a number, a boolean, or an array of one of these kinds, with gaps. */
function cleanSimpleValue(value: unknown, maxLength: number): unknown {
  if (typeof value !== "object") return cleanValue(value, maxLength);
  try {
    return Array.isArray(value) ? simpleList(value, maxLength) : INVALID;
  } catch {
    return INVALID;
  }
}

function simpleList(list: readonly unknown[], maxLength: number): unknown {
  const kinds = new Set(list.filter((item) => item !== undefined && item !== null).map((item) => typeof item));
  const [kind] = kinds;
  const simple = kind === undefined || kind === "string" || kind === "number" || kind === "boolean";
  if (kinds.size > 1 || !simple) return INVALID;
  return list.map((item) => (typeof item === "string" && item.length > maxLength ? item.slice(0, maxLength) : item));
}
