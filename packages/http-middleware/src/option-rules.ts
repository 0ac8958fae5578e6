/**
 * Checks the options of servers and clients against a table with one rule for each option.
 */
import { types } from "node:util";
import { isSecretName, maskedText, maskedValue } from "@meshtrace/core/adapter";

/** Checks one value. Throws `TypeError` where it is not allowed. */
export interface Rule {
  /** The allowed values, as an error message names them. */
  readonly allowed: string;
  readonly accepts: (value: unknown) => boolean;
  /** Rules of the members, where the value is an object of options. */
  readonly members?: Readonly<Record<string, Rule>>;
  /** Names a problem of an accepted value. */
  readonly problem?: (value: never) => string | undefined;
}

/** One rule for each option. */
export type Rules<Options> = { readonly [Name in keyof Required<Options>]: Rule };

const isObject = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value);

export const aFunction: Rule = { allowed: "a function", accepts: (value) => typeof value === "function" };
export const aBoolean: Rule = { allowed: "true or false", accepts: (value) => typeof value === "boolean" };
export const stringList: Rule = {
  allowed: "a list of strings",
  accepts: (value) => Array.isArray(value) && value.every((item) => typeof item === "string"),
};

/** One of `values`. */
export function oneOf(...values: readonly string[]): Rule {
  return { allowed: quoted(values), accepts: (value) => values.includes(value as string) };
}

/** A list with some of `values`. */
export function listOf(...values: readonly string[]): Rule {
  return {
    ...stringList,
    problem(list: readonly string[]) {
      const unknown = list.find((item) => !values.includes(item));
      return unknown === undefined ? undefined : `unknown ${maskedText(unknown)}; one of ${values.join(", ")}`;
    },
  };
}

/** An object of options with rules of their own. */
export function nested<Options>(members: Rules<Options>, problem?: (value: Options) => string | undefined): Rule {
  return {
    allowed: `an object with ${Object.keys(members).join(", ")}`,
    accepts: isObject,
    members,
    ...(problem && { problem: problem as (value: never) => string | undefined }),
  };
}

/**
 * Throws `TypeError` for options that are no object, for an unknown name and for a value that is
 * not allowed. An option that is `undefined` counts as absent. `excluded` lists options without
 * meaning in this protocol.
 */
export function checkOptions<Options extends object>(
  options: object,
  rules: Rules<Options>,
  excluded: readonly (keyof Options)[] = [],
): void {
  if (!isObject(options)) throw new TypeError(`options: ${displayed(options)} is not allowed; an object`);
  const names = Object.keys(rules).filter((name) => !excluded.includes(name as keyof Options));
  checkMembers(options, rules, names, "");
}

function checkMembers(
  options: object,
  rules: Readonly<Record<string, Rule>>,
  names: readonly string[],
  prefix: string,
): void {
  for (const [name, value] of Object.entries(options)) {
    const path = prefix + name;
    if (!names.includes(name)) throw new TypeError(`unknown option ${path}; one of ${names.join(", ")}`);
    if (value === undefined) continue;
    const rule = rules[name] as Rule;
    if (!rule.accepts(value)) throw new TypeError(`${path}: ${displayed(value)} is not allowed; ${rule.allowed}`);
    if (rule.members !== undefined) checkMembers(value, rule.members, Object.keys(rule.members), `${path}.`);
    const problem = rule.problem?.(value as never);
    if (problem !== undefined) throw new TypeError(`${path}: ${problem}`);
  }
}

const MAX_SHOWN = 100;

/** Returns the value for an error message, without credentials. Never throws. */
function displayed(value: unknown): string {
  if (typeof value === "function") return "a function";
  if (typeof value === "symbol" || typeof value === "bigint") return `${typeof value} ${String(value)}`;
  try {
    const text = types.isRegExp(value) ? String(value) : (JSON.stringify(value, masked) ?? String(value));
    return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN)}...`;
  } catch {
    return "an object";
  }
}

/** For `JSON.stringify`, which calls it with each member and its name. */
function masked(name: string, member: unknown): unknown {
  return typeof member === "string" || isSecretName(name) ? maskedValue(name, member) : member;
}

function quoted(values: readonly string[]): string {
  return values.map((value) => JSON.stringify(value)).join(" or ");
}
