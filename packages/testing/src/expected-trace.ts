/**
 * The text of an expected trace.
 *
 *     trace    = span [ ">" below ]
 *     below    = trace / "(" trace *( "," trace ) ")"
 *     span     = [ kind " " ] name [ " [error]" ]
 *     kind     = "SERVER" / "CLIENT" / "PRODUCER" / "CONSUMER" / "INTERNAL"
 *
 * Or one span a line, the ones below it indented by two more spaces, for names that contain `>`,
 * `,` or parentheses.
 */
import type { KindName } from "./span-record.js";
import type { TraceNode } from "./trace-node.js";

const KIND = /^(SERVER|CLIENT|PRODUCER|CONSUMER|INTERNAL) +(?=\S)/;
const FAILED = / +\[error\]$/;

/**
 * Returns the tree that a text describes.
 *
 * @throws TypeError for a text that describes none, with the place.
 */
export function parseExpected(text: string): TraceNode {
  if (typeof text !== "string" || text.trim() === "") throw new TypeError("an expected trace is a text with a span");
  return /\n/.test(text.trim()) ? parseLines(text) : parsePath(text.trim());
}

function span(text: string, children: readonly TraceNode[]): TraceNode {
  const trimmed = text.trim();
  const kind = KIND.exec(trimmed)?.[1] as KindName | undefined;
  const name = trimmed.replace(KIND, "").replace(FAILED, "");
  if (name === "") throw new TypeError("an expected trace has a span without a name");
  return { name, kind, failed: FAILED.test(trimmed), children };
}

function parsePath(text: string): TraceNode {
  const arrow = indexOutside(`${text} `, " > ");
  if (arrow < 0) return span(text, []);
  const below = text.slice(arrow + 3).trim();
  const children = below.startsWith("(") && below.endsWith(")") ? items(below.slice(1, -1)) : [below];
  return span(text.slice(0, arrow), children.map(parsePath));
}

/** Position of a mark that is in no parentheses which a list began. */
function indexOutside(text: string, mark: string): number {
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    if (depth === 0 && text.startsWith(mark, index)) return index;
    if (text[index] === "(") depth += 1;
    if (text[index] === ")") depth -= 1;
  }
  return -1;
}

function items(text: string): string[] {
  const comma = indexOutside(text, ",");
  return comma < 0 ? [text] : [text.slice(0, comma), ...items(text.slice(comma + 1))];
}

interface Line {
  readonly indent: number;
  readonly text: string;
}

function parseLines(text: string): TraceNode {
  const lines = text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => ({ indent: line.length - line.trimStart().length, text: line }));
  const [first, ...others] = lines as [Line, ...Line[]];
  const second = others.find(({ indent }) => indent <= first.indent);
  if (second !== undefined) {
    throw new TypeError(`an expected trace has one root: indent \`${second.text.trim()}\` by two more spaces`);
  }
  return nodeOf(first, others);
}

function nodeOf(line: Line, below: readonly Line[]): TraceNode {
  const indent = below[0]?.indent ?? 0;
  const starts = below.flatMap((one, index) => (one.indent <= indent ? [index] : []));
  const children = starts.map((start, index) =>
    nodeOf(below[start] as Line, below.slice(start + 1, starts[index + 1])),
  );
  return span(line.text, children);
}
