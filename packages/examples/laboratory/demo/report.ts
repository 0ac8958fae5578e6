/**
 * What the demo prints: for people, and for machines.
 */
import type { Outcome } from "./demo.js";
import { headerTable } from "./header-table.js";
import type { Style } from "./style.js";
import { flatten } from "./trace-tree.js";
import { milliseconds, waterfall } from "./waterfall.js";

/** The outcome as lines for a terminal or a file. */
export function textReport(outcome: Outcome, style: Style): string {
  const { path, answer, traceId, requestId, spans, tree, hops } = outcome;
  const said = answer === undefined ? "" : ` -> ${answer.status} ${answer.body}`;
  const whole = Math.max(0, ...spans.map((span) => span.duration));
  const roots = tree.roots.length === 1 ? "1 root" : `${tree.roots.length} roots`;
  return [
    style("bold", `GET ${path}${said}`),
    "",
    ...headerTable(hops, style),
    "",
    `trace ${style("yellow", traceId)}, ${spans.length} spans, ${roots}, ${milliseconds(whole)}; x-request-id ${style("yellow", requestId)}`,
    ...(spans.length > 0 ? waterfall(tree, style) : []),
    ...outcome.problems.map((problem) => style("red", problem)),
    "",
    "",
  ].join("\n");
}

export interface JsonReport {
  readonly layout: string;
  readonly ok: boolean;
  readonly problems: readonly string[];
  readonly requests: readonly object[];
}

/**
 * The outcomes as one value; times in microseconds, spans from the root to the leaf with their
 * depth.
 */
export function jsonReport(layout: string, outcomes: readonly Outcome[]): JsonReport {
  const found = outcomes.flatMap((outcome) => outcome.problems);
  return {
    layout,
    ok: found.length === 0,
    problems: found,
    requests: outcomes.map(({ path, answer, traceId, requestId, hops, tree }) => ({
      path,
      ...answer,
      traceId,
      requestId,
      hops,
      roots: tree.roots.length,
      spans: flatten(tree.roots).map(({ span, depth }) => ({ depth, ...span })),
    })),
  };
}
