/**
 * The options that the caller handed in, checked against the schema.
 */
import type { ConfigProblem } from "./config-error.js";
import { shownValue } from "./masked-value.js";
import { isSwitchable, SCHEMA } from "./schema.js";
import { type AnyEntry, isEntry, type SwitchableGroup, type ValueType } from "./setting.js";
import { isObject } from "./value-types.js";

/** In place of a value whose getter threw. No type accepts it. */
const UNREADABLE = Symbol("unreadable");

/** Values by their entry; for a group that was switched off, `false` by the group. */
export type OptionValues = ReadonlyMap<AnyEntry | SwitchableGroup<object>, unknown>;

export interface CheckedOptions {
  readonly values: OptionValues;
  readonly problems: readonly ConfigProblem[];
}

/**
 * Checks every option. Never throws: problems are returned, and their values left out. `undefined`
 * counts as not set.
 */
export function checkedOptions(options: unknown): CheckedOptions {
  const values = new Map<AnyEntry | SwitchableGroup<object>, unknown>();
  const problems: ConfigProblem[] = [];
  const complain = (name: string, value: string, allowed: string): void => {
    problems.push({ name, value, allowed });
  };

  const check = (name: string, value: unknown, member: AnyEntry | SwitchableGroup<object>): void => {
    const [type, secret] = isEntry(member) ? [member.type, member.secret] : [member.off, false];
    if (accepts(type, value)) values.set(member, value);
    else complain(name, secret ? "***" : shownValue(name, value), type.allowed);
  };

  const checkGroup = (group: object, input: object, prefix: string): void => {
    for (const [key, value] of membersOf(input)) {
      const name = prefix + key;
      const member: unknown = Object.hasOwn(group, key) ? group[key as keyof typeof group] : undefined;
      if (value === undefined) continue;
      if (isEntry(member)) check(name, value, member);
      else if (isSwitchable(member)) {
        if (isObject(value)) checkGroup(member.group, value, `${name}.`);
        else check(name, value, member);
      } else if (isObject(member)) {
        if (isObject(value)) checkGroup(member, value, `${name}.`);
        else complain(name, shownValue(name, value), `an object of ${Object.keys(member).join(", ")}`);
      } else {
        // The name says nothing about secrecy, so the value is not shown.
        complain(name, `(${kindOf(value)})`, `unknown option; one of ${Object.keys(group).join(", ")}`);
      }
    }
  };

  if (isObject(options)) checkGroup(SCHEMA, options, "");
  else complain("options", shownValue("options", options), "an object of options");
  return { values, problems };
}

/** Returns the members that can be read. A getter may throw. */
function membersOf(object: object): [string, unknown][] {
  return Object.keys(object).map((key) => {
    try {
      return [key, object[key as keyof typeof object]];
    } catch {
      return [key, UNREADABLE];
    }
  });
}

/** Options of any kind are checked: proxies and getters may throw. */
function accepts(type: ValueType<unknown>, value: unknown): boolean {
  try {
    return type.accepts(value);
  } catch {
    return false;
  }
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}
