/**
 * From the text of a variable to a value. A parser gives `undefined` for text that it does not take; nothing throws.
 */
export interface Parser<Value> {
  readonly parse: (text: string) => Value | undefined;
  /** What is allowed, for the error message. */
  readonly allowed: string;
}

export const boolean: Parser<boolean> = {
  parse: (text) => ({ true: true, "1": true, false: false, "0": false })[text.toLowerCase() as "true"],
  allowed: "true or false",
};

export function number(least: number, most = Number.MAX_SAFE_INTEGER): Parser<number> {
  return {
    parse(text) {
      const value = Number(text);
      return text.trim() !== "" && value >= least && value <= most ? value : undefined;
    },
    allowed: most === Number.MAX_SAFE_INTEGER ? `a number of at least ${least}` : `a number from ${least} to ${most}`,
  };
}

export function oneOf<const Name extends string>(names: readonly Name[]): Parser<Name> {
  return { parse: (text) => names.find((name) => name === text), allowed: `one of ${names.join(", ")}` };
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

export const text: Parser<string> = { parse: (value) => value, allowed: "text" };

export const httpUrl: Parser<string> = {
  parse: (value) => (/^https?:$/.test(URL.canParse(value) ? new URL(value).protocol : "") ? value : undefined),
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
