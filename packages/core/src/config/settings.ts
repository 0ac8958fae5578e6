/**
 * What was settled: each value by its option's name, and where it came from.
 */
import type { ConfigProblem } from "./config-error.js";
import { SETTINGS } from "./environment.js";

/** A settled value, objects of a class by their name, and where it came from: `option`, the variable's name, `kubernetes`, `package.json` or `default`. */
export interface Setting {
  readonly value: unknown;
  readonly source: string;
}

const DEFAULTS = new Map(SETTINGS.map((row) => [row.option, row.default]));
const SECRETS = new Set(["headers", ...SETTINGS.filter((row) => row.secret).map((row) => row.option)]);
// A misspelt option may hold a secret as well.
const SOUNDS_SECRET = /pas+w|passphrase|secret|token|auth|credential|^key$/i;

/** Everything settled, by option name. `problems` is empty when all is well. */
export class Settings {
  readonly problems: ConfigProblem[] = [];
  readonly #all = new Map<string, Setting>();

  has(option: string): boolean {
    return this.#all.has(option);
  }

  /** Where the value came from; `default` for one that nobody gave. */
  source(option: string): string {
    return this.#all.get(option)?.source ?? "default";
  }

  set(option: string, value: unknown, source: string): void {
    this.#all.set(option, { value, source });
  }

  /** The value that was given, else the default of the table, else `undefined`. */
  find<Value>(option: string): Value | undefined {
    const found = this.#all.get(option);
    return (found === undefined ? DEFAULTS.get(option) : found.value) as Value | undefined;
  }

  /** The same, for an option that always has a value. */
  get<Value>(option: string): Value {
    return this.find(option) as Value;
  }

  /** The values under `names` that have one, as one object; `prefix` is put before each name. */
  pick<Shape>(prefix: string, names: readonly string[]): Shape {
    const pairs = names.map((name) => [name, this.find(prefix + name)]);
    return Object.fromEntries(pairs.filter(([, value]) => value !== undefined)) as Shape;
  }

  /** Every value with its source, defaults included, secrets masked. */
  masked(): Record<string, Setting> {
    const shown: Record<string, Setting> = {};
    for (const [option, value] of DEFAULTS) if (value !== undefined) shown[option] = { value, source: "default" };
    for (const [option, { value, source }] of this.#all) shown[option] = { value: maskedValue(option, value), source };
    return shown;
  }
}

/** `value` without what nobody should read in a log: passwords, headers, and what URLs carry of users and queries. */
export function maskedValue(option: string, value: unknown, depth = 0): unknown {
  if (SECRETS.has(option) || SOUNDS_SECRET.test(option)) return "***";
  // A URL that somebody forgot the scheme of.
  const noUrl = typeof value === "string" && /endpoint$/i.test(option) && !value.includes("://");
  return noUrl ? value.replace(/^\S*@/, "***@") : withoutCredentials(value, depth);
}

// Of settings and of what users hand in by mistake, which may contain itself.
const DEEPEST = 4;

function withoutCredentials(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return value.replace(/:\/\/\S*@/g, "://***@").replace(/(:\/\/[^\s?]*\?)\S+/g, "$1***");
  if (Array.isArray(value)) return depth > DEEPEST ? "..." : value.map((one) => withoutCredentials(one, depth + 1));
  if (typeof value === "function") return `[function ${value.name}]`;
  if (value instanceof RegExp) return String(value);
  // An exporter, a sampler: everything in here can be printed and made into JSON.
  if (typeof value === "object" && value !== null && !isPlain(value)) return `[${value.constructor?.name}]`;
  if (!isPlain(value)) return value;
  if (depth > DEEPEST) return "...";
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, maskedValue(name, one, depth + 1)]));
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
