/**
 * The parts of the schema: one entry for each setting, and the types that follow from entries.
 */
import type { VariableReader } from "./variable-reader.js";

/** Checks an option's value and parses a variable's text. Never throws. */
export interface ValueType<Value> {
  readonly accepts: (value: unknown) => value is Value;
  /** Returns `undefined` for text that is not allowed. Without it the setting has no variable. */
  readonly parse?: (text: string) => Value | undefined;
  /** What is allowed, for error messages and the reference table. */
  readonly allowed: string;
  /** The same for variables, where text allows less than options do. */
  readonly allowedText?: string;
}

/** A value, and where it came from. */
export interface Found<Value> {
  readonly value: Value;
  readonly source: string;
}

/**
 * One setting. `Value` is what the option accepts, `Resolved` what it is when neither option nor
 * variable is set.
 */
export interface SchemaEntry<Value, Resolved = Value | undefined> {
  readonly type: ValueType<Value>;
  /** In order of precedence. */
  readonly variables: readonly string[];
  readonly default: Resolved;
  /** The value is never shown. */
  readonly secret: boolean;
  /**
   * Replaces "the first variable that is set", for settings that are made from several variables.
   */
  readonly read?: ((variables: VariableReader) => Found<Value> | undefined) | undefined;
}

/** A group of entries that `false` switches off. */
export interface SwitchableGroup<Group> {
  readonly off: ValueType<false>;
  readonly group: Group;
}

interface EntryParts<Value> {
  /** Separated by blanks, in order of precedence. */
  readonly variables?: string;
  readonly secret?: boolean;
  readonly read?: SchemaEntry<Value>["read"];
}

/** Makes the entry of a setting without a default. */
export function setting<Value>(type: ValueType<Value>, parts?: EntryParts<Value>): SchemaEntry<Value>;
/** Makes the entry of a setting that always has a value. */
export function setting<Value>(
  type: ValueType<Value>,
  parts: EntryParts<Value> & { readonly default: NoInfer<Value> },
): SchemaEntry<Value, Value>;
export function setting<Value>(
  type: ValueType<Value>,
  { variables = "", secret = false, ...parts }: EntryParts<Value> & { readonly default?: Value } = {},
): SchemaEntry<Value> {
  const names = variables.split(" ").filter((name) => name !== "");
  return { default: undefined, ...parts, type, secret, variables: names };
}

type ValueOf<Entry> = Entry extends SchemaEntry<infer Value, infer _Resolved> ? Value : never;

/**
 * The options of a schema: its names, each one optional. Documentation comments of entries carry
 * over. Groups are written out, so that editors show their members in place of a type's name.
 */
export type OptionsOf<Schema> = {
  readonly [Name in keyof Schema]?:
    | (Schema[Name] extends SchemaEntry<infer Value, infer _Resolved>
        ? Value
        : Schema[Name] extends SwitchableGroup<infer Group>
          ? { readonly [Member in keyof Group]?: ValueOf<Group[Member]> | undefined } | false
          : { readonly [Member in keyof Schema[Name]]?: ValueOf<Schema[Name][Member]> | undefined })
    | undefined;
};

/** The values of a group of entries. */
export type ResolvedOf<Group> = {
  readonly [Name in keyof Group]: Group[Name] extends SchemaEntry<infer _Value, infer Resolved>
    ? Resolved
    : ResolvedOf<Group[Name]>;
};

/** Any entry, where its value does not matter. */
// biome-ignore lint/suspicious/noExplicitAny: entries of every value are kept in one list.
export type AnyEntry = SchemaEntry<any, any>;

export function isEntry(member: unknown): member is AnyEntry {
  return typeof member === "object" && member !== null && "type" in member && "variables" in member;
}
