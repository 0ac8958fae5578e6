/**
 * A request in this process as a waterfall: a line for each span, indented under its parent, with a
 * bar for its place in time.
 */
import { printable } from "../../text/printable.js";
import type { PrintedSpan } from "./printed-span.js";
import { spanSummary } from "./span-line.js";
import type { Style } from "./style.js";

const BAR_WIDTH = 24;

/** Returns the lines, after a title with the trace ID. The first span is the root of the others. */
export function waterfall(spans: readonly PrintedSpan[], style: Style): string[] {
  const [root] = spans;
  if (root === undefined) return [];
  const from = Math.min(...spans.map(({ startMicros }) => startMicros));
  const to = Math.max(...spans.map(({ startMicros, durationMicros }) => startMicros + durationMicros));
  const depths = new Map<string, number>();
  const lines = inOrder(spans).map((span) => {
    const depth = span === root ? 0 : (depths.get(span.parentId ?? "") ?? 0) + 1;
    depths.set(span.spanId, depth);
    const bar = drawn(span.startMicros - from, span.durationMicros, to - from);
    return `  ${style("cyan", bar)}  ${"  ".repeat(depth)}${spanSummary(span, style)}`;
  });
  return [style("dim", printable(`trace ${root.traceId}`)), ...lines];
}

/** Returns parents before children, and those by their start. */
function inOrder(spans: readonly PrintedSpan[]): PrintedSpan[] {
  const [root, ...others] = spans;
  const below = (parent: PrintedSpan): PrintedSpan[] =>
    others
      .filter((span) => span.parentId === parent.spanId && span !== parent)
      .sort((one, other) => one.startMicros - other.startMicros)
      .flatMap((span) => [span, ...below(span)]);
  return root === undefined ? [] : [root, ...below(root)];
}

function drawn(start: number, duration: number, whole: number): string {
  const at = Math.min(Math.round((start / whole) * BAR_WIDTH), BAR_WIDTH - 1);
  const length = Math.min(Math.max(Math.round((duration / whole) * BAR_WIDTH), 1), BAR_WIDTH - at);
  return `${" ".repeat(at)}${"\u2588".repeat(length)}`.padEnd(BAR_WIDTH);
}
