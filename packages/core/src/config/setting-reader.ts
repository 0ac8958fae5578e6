/**
 * Reads settings for the resolved config: an option, else a variable, else the default. A variable
 * is parsed when its setting is read, so that one which has no effect never ends the start. Keeps
 * what was read, for `tracing.config`.
 */
import type { OptionValues } from "./checked-options.js";
import { frozenCopy } from "./frozen-copy.js";
import { maskedValue } from "./masked-value.js";
import { ENTRIES } from "./schema.js";
import { type AnyEntry, type Found, isEntry, type ResolvedOf, type SchemaEntry } from "./setting.js";
import type { VariableReader } from "./variable-reader.js";

/**
 * A value in force, without secrets, and where it came from: `option`, the name of a variable, the
 * name of the setting that determined it, `kubernetes`, `package.json` or `default`.
 */
export interface Setting {
  /** The value in force; secrets are masked. */
  readonly value: unknown;
  /** Where the value comes from: an option, the name of a variable, or `default`. */
  readonly source: string;
}

export class SettingReader {
  readonly #options: OptionValues;
  readonly #variables: VariableReader;
  readonly #read = new Set<AnyEntry>();
  readonly #effective = new Map<AnyEntry, Found<unknown>>();
  readonly #others = new Map<string, Setting>();

  constructor(options: OptionValues, variables: VariableReader) {
    this.#options = options;
    this.#variables = variables;
  }

  /** Returns the setting's option, which has an effect from here on. */
  option<Value>(entry: SchemaEntry<Value, unknown>): Found<Value> | undefined {
    if (!this.#options.has(entry)) return undefined;
    this.#read.add(entry);
    return { value: frozenCopy(this.#options.get(entry) as Value), source: "option" };
  }

  /** Parses the setting's variables; malformed text is a problem. */
  variable<Value>(entry: SchemaEntry<Value, unknown>): Found<Value> | undefined {
    if (entry.read !== undefined) return entry.read(this.#variables);
    const first = this.#variables.first(entry.variables);
    if (first === undefined) return undefined;
    const { name: source, text } = first;
    const value = entry.type.parse?.(text);
    if (value !== undefined) return { value, source };
    this.#variables.complain(source, entry.type.allowedText ?? entry.type.allowed, entry.secret);
    return undefined;
  }

  /** Whether an option is set. Does not count as reading it. */
  hasOption(entry: AnyEntry): boolean {
    return this.#options.has(entry);
  }

  /** Whether a variable is set, malformed or not. */
  hasVariable(entry: AnyEntry): boolean {
    return this.#variables.first(entry.variables) !== undefined;
  }

  find<Value>(entry: SchemaEntry<Value, unknown>): Found<Value> | undefined {
    return this.option(entry) ?? this.variable(entry);
  }

  /** Returns the setting's value, and shows it. */
  read<Value, Resolved>(entry: SchemaEntry<Value, Resolved>): Value | Resolved {
    return this.show<Value | Resolved>(entry, this.find(entry) ?? { value: entry.default, source: "default" });
  }

  /** Reads every setting of a group. */
  readAll<Group extends object>(group: Group): ResolvedOf<Group> {
    const values: Record<string, unknown> = {};
    for (const [name, member] of Object.entries(group)) {
      values[name] = isEntry(member) ? this.read(member) : this.readAll(member as object);
    }
    return Object.freeze(values) as ResolvedOf<Group>;
  }

  /** Shows `found` as the value in force of the setting, and returns it. */
  show<Value>(entry: AnyEntry, found: Found<Value>): Value {
    if (found.value !== undefined) this.#effective.set(entry, found);
    return found.value;
  }

  /** Shows a value that is not an entry's own. */
  showAs(name: string, value: unknown, source: string): void {
    this.#others.set(name, Object.freeze({ value, source }));
  }

  /** The options that were set and not read, by name. */
  unread(): ReadonlyMap<string, unknown> {
    const unread = [...ENTRIES].filter(([, entry]) => this.#options.has(entry) && !this.#read.has(entry));
    return new Map(unread.map(([name, entry]) => [name, entry.secret ? "***" : this.#options.get(entry)]));
  }

  /** Returns every setting that was read, in the schema's order, without secrets. */
  settings(): Readonly<Record<string, Setting>> {
    const ordered: Record<string, Setting> = Object.fromEntries(this.#others);
    for (const [name, entry] of ENTRIES) {
      const found = this.#effective.get(entry);
      if (found === undefined) continue;
      const value = entry.secret ? "***" : maskedValue(name, found.value);
      ordered[name] = Object.freeze({ value, source: found.source });
    }
    return Object.freeze(ordered);
  }
}
