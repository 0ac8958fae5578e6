/**
 * The types of settings that say what is left out of traces.
 */
import { isRegExp } from "node:util/types";
import type { ValueType } from "./setting.js";
import { listOf, text } from "./value-types.js";

const path: ValueType<string> = {
  accepts: (value): value is string => typeof value === "string" && value.startsWith("/") && !/[?#\s]/.test(value),
  parse: (variable) => (path.accepts(variable) ? variable : undefined),
  allowed: "paths that begin with /, without a query; * at the end matches anything",
};

/** Paths of requests. */
export const paths: ValueType<readonly string[]> = {
  ...listOf(path),
  allowed: `an array of ${path.allowed}`,
  allowedText: `${path.allowed}; separated by commas`,
};

/** Hosts, as `propagateTo` names them. */
export const hosts: ValueType<readonly (string | RegExp)[]> = {
  accepts: (value): value is readonly (string | RegExp)[] =>
    Array.isArray(value) && value.every((item) => text.accepts(item) || isRegExp(item)),
  parse: listOf(text).parse,
  allowed: "an array of hosts, *.suffix and RegExp",
  allowedText: "hosts, *.suffix; separated by commas",
};
