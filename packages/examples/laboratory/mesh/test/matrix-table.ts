/**
 * The matrix as a table of `docs/mesh-matrix.md`.
 */
import { readFileSync, writeFileSync } from "node:fs";

const PAGE = new URL("../../../../../docs/mesh-matrix.md", import.meta.url);
const BLOCK = /(<!-- mesh:.*-->\n)[\s\S]*?(<!-- \/mesh -->)/;

/** Content of a cell: the number of correct spans, or why there is none. */
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

/** Returns the table of the page. With `UPDATE_DOCS` set, writes `table` into the page first. */
export function inPage(table: string): string {
  const page = readFileSync(PAGE, "utf8");
  if (process.env["UPDATE_DOCS"]) {
    const updated = page.replace(BLOCK, (_all, start, end) => `${start}\n${table}\n\n${end}`);
    writeFileSync(PAGE, updated);
  }
  const [block = ""] = BLOCK.exec(readFileSync(PAGE, "utf8")) ?? [];
  return block.split("\n").slice(2, -2).join("\n");
}
