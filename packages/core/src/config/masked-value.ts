/**
 * Values as they may appear in logs: without passwords, tokens, and what URLs say of users and queries.
 */

import { types } from "node:util";

const SECRET_NAME = /pas+w|passphrase|secret|token|auth|credential|cookie|api-?key|^key$/i;
const SECRET_PAIR = /([\w.-]*(?:pas+w|secret|token|auth|credential|key)[\w.-]*=)[^,\s]*/gi;
/** Users' objects may be deep, or contain themselves. */
const MAX_DEPTH = 4;

/** Masks credentials and queries of URLs, and the values of `name=value` pairs whose name suggests a secret. */
export function maskedText(text: string): string {
  if (!text.includes("://") && !text.includes("=")) return text;
  return text
    .replace(/:\/\/\S*@/g, "://***@")
    .replace(/(:\/\/[^\s?]*\?)\S+/g, "$1***")
    .replace(SECRET_PAIR, "$1***");
}

/** Returns a copy of `value` that can be printed and made into JSON: instances and functions become their names. */
export function maskedValue(name: string, value: unknown, depth = 0): unknown {
  if (SECRET_NAME.test(name)) return "***";
  if (typeof value === "string") {
    // An endpoint without its scheme is not recognised as a URL.
    const bare = /endpoint$/i.test(name) && !value.includes("://");
    return bare ? value.replace(/^\S*@/, "***@") : maskedText(value);
  }
  if (Array.isArray(value)) return depth > MAX_DEPTH ? "..." : value.map((item) => maskedValue("", item, depth + 1));
  if (typeof value === "function") return `[function ${value.name}]`;
  if (types.isRegExp(value)) return String(value);
  if (typeof value !== "object" || value === null) return value;
  if (!isPlainData(value)) return `[${className(value)}]`;
  if (depth > MAX_DEPTH) return "...";
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, maskedValue(key, member, depth + 1)]));
}

/** Returns `value` as text for an error message. */
export function shownValue(name: string, value: unknown): string {
  try {
    const masked = maskedValue(name, value);
    return typeof masked === "string" ? masked : (JSON.stringify(masked) ?? String(masked));
  } catch {
    return typeof value;
  }
}

/** Whether `value` is an object without a class and without methods: data, which may be copied. Never throws. */
export function isPlainData(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  try {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) return false;
    return !Object.values(value).some((member) => typeof member === "function");
  } catch {
    return false;
  }
}

/** Returns the name of the object's class; `Object` where it has none, or throws when it is read. */
export function className(value: object): string {
  try {
    return value.constructor?.name || "Object";
  } catch {
    return "Object";
  }
}
