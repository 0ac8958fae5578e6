/**
 * A request in this process as a waterfall: a line for each span, indented under its parent, with a bar where it lies in time.
 */
import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";
import { durationMicroseconds, microseconds } from "../span/span-time.js";
import { spanSummary } from "./span-line.js";
import type { Style } from "./style.js";

const BAR_WIDTH = 24;

/** The lines, a title with the trace ID first. The first span is the root of the others. */
export function waterfall(spans: readonly ReadableSpan[], style: Style): string[] {
  const [root] = spans;
  if (root === undefined) return [];
  const from = Math.min(...spans.map(({ startTime }) => microseconds(startTime)));
  const to = Math.max(...spans.map((span) => microseconds(span.startTime) + durationMicroseconds(span.duration)));
  const depths = new Map<string, number>();
  const lines = inOrder(spans).map((span) => {
    const depth = span === root ? 0 : (depths.get(span.parentSpanContext?.spanId ?? "") ?? 0) + 1;
    depths.set(span.spanContext().spanId, depth);
    const bar = drawn(microseconds(span.startTime) - from, durationMicroseconds(span.duration), to - from);
    return `  ${style("cyan", bar)}  ${"  ".repeat(depth)}${spanSummary(span, style)}`;
  });
  return [style("dim", `trace ${root.spanContext().traceId}`), ...lines];
}

/** Parents before children, and those by their start. */
function inOrder(spans: readonly ReadableSpan[]): ReadableSpan[] {
  const [root, ...others] = spans;
  const below = (parent: ReadableSpan): ReadableSpan[] =>
    others
      .filter((span) => span.parentSpanContext?.spanId === parent.spanContext().spanId)
      .sort((one, other) => microseconds(one.startTime) - microseconds(other.startTime))
      .flatMap((span) => [span, ...below(span)]);
  return root === undefined ? [] : [root, ...below(root)];
}

function drawn(start: number, duration: number, whole: number): string {
  const at = Math.min(Math.round((start / whole) * BAR_WIDTH), BAR_WIDTH - 1);
  const length = Math.min(Math.max(Math.round((duration / whole) * BAR_WIDTH), 1), BAR_WIDTH - at);
  return `${" ".repeat(at)}${"\u2588".repeat(length)}`.padEnd(BAR_WIDTH);
}
