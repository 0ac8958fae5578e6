/**
 * A trace as a waterfall: a line for each span, indented under its parent, with a bar where it lies
 * in time.
 */
import { type CollectedSpan, madeBy } from "./collected-span.js";
import type { Style } from "./style.js";
import { flatten, type TraceTree } from "./trace-tree.js";

const BAR_WIDTH = 30;

export interface Bar {
  /** Both from 0 to 1, parts of the whole trace's time. */
  readonly start: number;
  readonly width: number;
}

export function waterfall(tree: TraceTree, style: Style): string[] {
  const rows = flatten(tree.roots);
  const bars = barsOf(rows.map(({ span }) => span));
  const cells = rows.map(({ span, depth }, index) => [
    `${depth === 0 ? "" : `${"  ".repeat(depth - 1)}└ `}${span.service} (${madeBy(span)})`,
    span.kind,
    span.spanId,
    span.parentId ?? "-",
    milliseconds(span.duration),
    drawn(bars[index] as Bar),
  ]);
  const title = ["service", "kind", "span ID", "parent", "duration", ""];
  const widths = title.map((text, column) => Math.max(text.length, ...cells.map((row) => (row[column] ?? "").length)));
  const line = (row: readonly string[]): string[] =>
    row.map((text, column) => (column === 4 ? text.padStart(widths[4] ?? 0) : text.padEnd(widths[column] ?? 0)));
  const rowText = (row: readonly string[]): string => {
    const [service = "", kind = "", id = "", parent = "", duration = "", bar = ""] = line(row);
    return `${service}  ${style("dim", kind)}  ${id}  ${style("dim", parent)}  ${duration}  ${style("cyan", bar)}`;
  };
  return [style("bold", line(title).join("  ").trimEnd()), ...cells.map((row) => rowText(row).trimEnd())];
}

/** Where each span lies within the time from the first start to the last end. */
export function barsOf(spans: readonly CollectedSpan[]): Bar[] {
  const from = Math.min(...spans.map(({ start }) => start));
  const to = Math.max(...spans.map(({ start, duration }) => start + duration));
  const whole = Math.max(to - from, 1);
  return spans.map(({ start, duration }) => ({ start: (start - from) / whole, width: duration / whole }));
}

export function milliseconds(microseconds: number): string {
  return `${(microseconds / 1000).toFixed(2)} ms`;
}

function drawn({ start, width }: Bar): string {
  const from = Math.min(Math.round(start * BAR_WIDTH), BAR_WIDTH - 1);
  const length = Math.max(Math.round(width * BAR_WIDTH), 1);
  return " ".repeat(from) + "█".repeat(Math.min(length, BAR_WIDTH - from));
}
