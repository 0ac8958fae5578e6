/**
 * From the text of a variable to a value. A parser gives `undefined` for text that it does not take; nothing throws.
 */
import { isHeaderName } from "../headers/names.js";

export interface Parser<Value> {
  readonly parse: (text: string) => Value | undefined;
  /** What is allowed, for the error message. */
  readonly allowed: string;
}

export const boolean: Parser<boolean> = {
  parse(text) {
    const lower = text.trim().toLowerCase();
    if (lower === "true" || lower === "1") return true;
    return lower === "false" || lower === "0" ? false : undefined;
  },
  allowed: "true or false",
};

const unbounded = Number.MAX_SAFE_INTEGER;

/** A decimal number within bounds, both included. */
export function number(least: number, most = unbounded): Parser<number> {
  return {
    parse(text) {
      const value = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(text) ? Number(text) : Number.NaN;
      return value >= least && value <= most ? value : undefined;
    },
    allowed: most === unbounded ? `a number of at least ${least}` : `a number from ${least} to ${most}`,
  };
}

/** A whole number within bounds, both included. */
export function integer(least: number, most = unbounded): Parser<number> {
  const { parse, allowed } = number(least, most);
  return {
    parse(text) {
      const value = parse(text);
      return Number.isInteger(value) ? value : undefined;
    },
    allowed: allowed.replace("a number", "a whole number"),
  };
}

export function oneOf<const Name extends string>(names: readonly Name[]): Parser<Name> {
  return {
    parse(text) {
      const lower = text.trim().toLowerCase();
      return names.find((name) => name === lower);
    },
    allowed: `one of ${names.join(", ")}`,
  };
}

/** One of `names`, with a message that says what kind of thing is unknown. */
export function named<const Name extends string>(what: string, names: readonly Name[]): Parser<Name> {
  return { ...oneOf(names), allowed: `unknown ${what}; one of ${names.join(", ")}` };
}

/** A comma-separated list, each item by `item`; white space around items and empty items do not count. */
export function listOf<Item>(item: Parser<Item>): Parser<readonly Item[]> {
  return {
    parse(text) {
      const items = split(text).map((part) => item.parse(part));
      return items.includes(undefined) ? undefined : (items as Item[]);
    },
    allowed: item.allowed,
  };
}

export const text: Parser<string> = { parse: (value) => value.trim() || undefined, allowed: "text" };

const headerName: Parser<string> = {
  parse: (value) => (isHeaderName(value) ? value.toLowerCase() : undefined),
  allowed: "header names, separated by commas",
};

/** What becomes of the default pass-through set. */
export interface PassThroughChange {
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
}

/** A list that replaces the default, or, where each name has a sign, what is added to it and removed from it. */
export const passThrough: Parser<readonly string[] | PassThroughChange> = {
  parse(value) {
    const parts = split(value);
    const signed = parts.filter((part) => /^[+-]/.test(part));
    if (signed.length === 0) return listOf(headerName).parse(value);
    const names = listOf(headerName).parse(parts.map((part) => part.slice(1)).join(","));
    if (names === undefined || signed.length < parts.length) return undefined;
    const under = (sign: string): string[] => names.filter((_, index) => parts[index]?.startsWith(sign));
    return { add: under("+"), remove: under("-") };
  },
  allowed: "header names, separated by commas; or each with + or -, to change the default set",
};

export const httpUrl: Parser<string> = {
  parse: (value) => (/^https?:$/.test(URL.canParse(value) ? new URL(value).protocol : "") ? value.trim() : undefined),
  allowed: "a URL that starts with http:// or https://",
};

/** `key=value,key=value`, percent-encoded (W3C Baggage, which OTEL_RESOURCE_ATTRIBUTES follows). */
export const pairs: Parser<Readonly<Record<string, string>>> = {
  parse(value) {
    const result: Record<string, string> = Object.create(null);
    for (const part of split(value)) {
      const at = part.indexOf("=");
      if (at < 1) return undefined;
      try {
        result[decodeURIComponent(part.slice(0, at).trim())] = decodeURIComponent(part.slice(at + 1).trim());
      } catch {
        return undefined;
      }
    }
    return result;
  },
  allowed: "key=value pairs, separated by commas, percent-encoded",
};

function split(value: string): string[] {
  return value
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}
