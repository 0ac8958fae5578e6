/**
 * The matrix as the README's table.
 */
import { readFileSync, writeFileSync } from "node:fs";

const README = new URL("../../../../README.md", import.meta.url);
const BLOCK = /(<!-- mesh:.*-->\n)[\s\S]*?(<!-- \/mesh -->)/;

/** What stands in a cell: the number of spans that were seen as they must be, or why there is none. */
export type Cell = number | "failed" | "not taken";

export interface TableRow {
  readonly title: string;
  readonly cells: readonly Cell[];
}

/** Markdown. Spans are counted as they were sent. */
export function markdown(columns: readonly string[], rows: readonly TableRow[]): string {
  const text: Record<string, string> = { failed: "**failed**", "not taken": "–" };
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(" | ")} |`;
  return [
    line(["layout", ...columns]),
    line(["---", ...columns.map(() => "---:")]),
    ...rows.map(({ title, cells }) => line([title, ...cells.map((cell) => text[cell] ?? `${cell} spans`)])),
  ]
    .join("\n")
    .replaceAll("| 1 spans", "| 1 span");
}

/** The table that the README has; with `UPDATE_README` set, `table` from now on. */
export function inReadme(table: string): string {
  const readme = readFileSync(README, "utf8");
  if (process.env["UPDATE_README"]) {
    const updated = readme.replace(BLOCK, (_all, start, end) => `${start}\n${table}\n\n${end}`);
    writeFileSync(README, updated);
  }
  const [block = ""] = BLOCK.exec(readFileSync(README, "utf8")) ?? [];
  return block.split("\n").slice(2, -2).join("\n");
}
