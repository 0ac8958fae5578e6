/**
 * The plain types of settings: text, numbers, names, lists, URLs.
 */
import type { ValueType } from "./setting.js";

/** The longest delay of a Node timer. A longer one fires at once. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Text that is not blank. White space around a variable's text does not count. */
export const text: ValueType<string> = {
  accepts: (value): value is string => typeof value === "string" && value.trim() !== "",
  parse: (variable) => variable.trim() || undefined,
  allowed: "text",
};

export const flag: ValueType<boolean> = {
  accepts: (value) => typeof value === "boolean",
  parse(variable) {
    const lower = variable.trim().toLowerCase();
    if (lower === "true" || lower === "1") return true;
    return lower === "false" || lower === "0" ? false : undefined;
  },
  allowed: "true or false",
};

/** A number within bounds, both included. Variables use decimal notation. */
export function number(least: number, most = Number.POSITIVE_INFINITY): ValueType<number> {
  const inRange = (value: number): boolean => value >= least && value <= most;
  return {
    accepts: (value): value is number => typeof value === "number" && inRange(value),
    parse(variable) {
      if (!/^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(variable)) return undefined;
      const value = Number(variable);
      return inRange(value) && value <= Number.MAX_SAFE_INTEGER ? value : undefined;
    },
    allowed: Number.isFinite(most) ? `a number from ${least} to ${most}` : `a number of at least ${least}`,
  };
}

/**
 * A whole number within bounds, both included. Without an upper bound, an option may also be
 * `Infinity`.
 */
export function integer(least: number, most = Number.POSITIVE_INFINITY): ValueType<number> {
  const { accepts, parse, allowed } = number(least, most);
  const isWhole = (value: number | undefined): boolean => Number.isInteger(value);
  return {
    accepts: (value): value is number => accepts(value) && (isWhole(value) || value === most),
    parse(variable) {
      const value = parse?.(variable);
      return isWhole(value) ? value : undefined;
    },
    allowed: allowed.replace("a number", "a whole number"),
  };
}

export const milliseconds = number(1, MAX_TIMER_MS);
export const millisecondsOrZero = number(0, MAX_TIMER_MS);

/**
 * One of `names`. A variable may write it in any case. `kind` names it in messages: `unknown
 * exporter`.
 */
export function oneOf<const Name extends string>(names: readonly Name[], kind?: string): ValueType<Name> {
  const allowed = `one of ${names.join(", ")}`;
  return {
    accepts: (value): value is Name => names.includes(value as Name),
    parse(variable) {
      const lower = variable.trim().toLowerCase();
      return names.find((name) => name === lower);
    },
    allowed: kind === undefined ? allowed : `unknown ${kind}; ${allowed}`,
  };
}

/**
 * Returns the items of a comma-separated list. White space around items, and empty items, do not
 * count.
 */
export function items(list: string): string[] {
  return list
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

/** An array of `item`; a variable separates them by commas, and names at least one. */
export function listOf<Item>(item: ValueType<Item>): Required<Pick<ValueType<readonly Item[]>, "accepts" | "parse">> {
  return {
    accepts: (value): value is readonly Item[] => Array.isArray(value) && value.every((one) => item.accepts(one)),
    parse(variable) {
      const parsed = items(variable).map((one) => item.parse?.(one));
      return parsed.length === 0 || parsed.includes(undefined) ? undefined : (parsed as Item[]);
    },
  };
}

export const httpUrl: ValueType<string> = {
  accepts: (value): value is string => typeof value === "string" && httpUrl.parse?.(value) !== undefined,
  parse(variable) {
    const protocol = URL.canParse(variable) ? new URL(variable).protocol : "";
    return protocol === "http:" || protocol === "https:" ? variable.trim() : undefined;
  },
  allowed: "a URL that starts with http:// or https://",
};

/** A function. Its parameters cannot be checked. */
export function functionType<Callback extends (...parameters: never[]) => unknown>(): ValueType<Callback> {
  return { accepts: (value): value is Callback => typeof value === "function", allowed: "a function" };
}

/** Whether `value` has all the `methods`. */
export function hasMethods(value: unknown, ...methods: string[]): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    methods.every((method) => typeof (value as Record<string, unknown>)[method] === "function")
  );
}
