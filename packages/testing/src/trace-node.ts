/** Traces as trees: the recorded ones, and the text of either kind. */
import { SpanStatusCode } from "@opentelemetry/api";
import { type KindName, kindOf, type SpanRecord } from "./span-record.js";

/** A span in the tree of its trace. */
export interface TraceNode {
  /** Name of the span. */
  readonly name: string;
  /** Kind of the span. An expected span that names none matches any. */
  readonly kind?: KindName | undefined;
  /** Whether the status is an error. */
  readonly failed: boolean;
  /** The spans below it, in the order of their starts. */
  readonly children: readonly TraceNode[];
  /** The recorded span. */
  readonly record?: SpanRecord;
}

/**
 * Returns one tree for each span without a parent in this process, in the order of their starts.
 */
export function treesOf(records: readonly SpanRecord[]): TraceNode[] {
  const children = grouped(records);
  const node = (record: SpanRecord): TraceNode => ({
    name: record.span.name,
    kind: kindOf(record),
    failed: record.span.status.code === SpanStatusCode.ERROR,
    children: (children.get(record) ?? []).map(node),
    record,
  });
  const known = new Set(records);
  return records.filter(({ parent }) => parent === undefined || !known.has(parent)).map(node);
}

function grouped(records: readonly SpanRecord[]): Map<SpanRecord | undefined, SpanRecord[]> {
  const groups = new Map<SpanRecord | undefined, SpanRecord[]>();
  for (const record of records) groups.set(record.parent, [...(groups.get(record.parent) ?? []), record]);
  return groups;
}

/** Returns the tree as indented lines. */
export function formatTree(node: TraceNode, depth = 0): string {
  const kind = node.kind === undefined ? "" : ` (${node.kind})`;
  const failed = node.failed ? " [error]" : "";
  const open = node.record !== undefined && node.record.endedAt === undefined ? " [open]" : "";
  const line = `${"  ".repeat(depth)}${node.name}${failed}${open}${kind}`;
  return [line, ...node.children.map((child) => formatTree(child, depth + 1))].join("\n");
}
