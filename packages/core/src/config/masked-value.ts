/**
 * Values as they may appear in logs: without passwords, tokens, and what URLs say of users and
 * queries.
 */

import { isRegExp } from "node:util/types";
import { redactUrl, redactUrls } from "../text/redact-urls.js";
import { isSecretName } from "../text/secret-names.js";

const SECRET_PAIR = /([\w.-]+)=([^,\s]*)/g;
const URL_NAME = /(?:endpoint|url|uri)s?$/i;
const MASK = { userInfo: "***", query: "***" };
/** Users' objects may be deep, or contain themselves. */
const MAX_DEPTH = 4;

/**
 * Masks user info and queries of URLs, and the values of `name=value` pairs whose name suggests a
 * secret. A text with one `://` is taken as one URL even if it contains white space: a URL that
 * cannot be parsed is masked as well.
 */
export function maskedText(text: string): string {
  const pairs = maskedPairs(text);
  return pairs.split("://").length === 2 ? redactUrl(pairs, MASK) : redactUrls(pairs, MASK);
}

/** Masks the same in a sentence, of which a URL is a part. */
export function maskedSentence(text: string): string {
  return redactUrls(maskedPairs(text), MASK);
}

function maskedPairs(text: string): string {
  return text.replace(SECRET_PAIR, (pair, name: string) => (isSecretName(name) ? `${name}=***` : pair));
}

/**
 * Returns a copy of `value` that can be printed and made into JSON: instances and functions become
 * their names.
 */
export function maskedValue(name: string, value: unknown, depth = 0): unknown {
  if (isSecretName(name)) return "***";
  // An endpoint without its scheme is not recognised as a URL.
  if (typeof value === "string") return URL_NAME.test(name) ? redactUrl(value, MASK) : maskedText(value);
  if (Array.isArray(value)) return depth > MAX_DEPTH ? "..." : value.map((item) => maskedValue("", item, depth + 1));
  if (typeof value === "function") return `[function ${value.name}]`;
  if (isRegExp(value)) return String(value);
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

/**
 * Whether `value` is an object without a class and without methods: data, which may be copied.
 * Never throws.
 */
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

/**
 * Returns the name of the object's class; `Object` where it has none, or throws when it is read.
 */
export function className(value: object): string {
  try {
    return value.constructor?.name || "Object";
  } catch {
    return "Object";
  }
}
