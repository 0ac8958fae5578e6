import type { Parser } from "./parsers.js";

/** One setting: its variables in order of precedence, how their text is read, what holds without them, a sentence. */
export interface SettingRow {
  /** The option's name, dotted where it is nested: `batch.maxQueueSize`. */
  readonly option: string;
  /** The first of them that is set counts; an empty variable counts as not set. */
  readonly variables: readonly string[];
  readonly parser: Parser<unknown>;
  readonly default?: unknown;
  /** Where the default is no plain value. */
  readonly defaultText?: string;
  readonly meaning: string;
  readonly secret?: true;
  /** Whether options and variables add up, the earlier one first, where they set different members. */
  readonly merged?: true;
}

/** A row; `variables` separated by blanks, `standard` is its default. */
export const row = (
  option: string,
  variables: string,
  parser: Parser<unknown>,
  standard: unknown,
  meaning: string,
  more: Pick<SettingRow, "secret" | "defaultText" | "merged"> = {},
): SettingRow => ({
  option,
  variables: variables.split(" ").filter((name) => name !== ""),
  parser,
  ...(standard === undefined ? {} : { default: standard }),
  meaning,
  ...more,
});
