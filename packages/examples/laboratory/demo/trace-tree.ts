/**
 * The tree that Jaeger shows for the spans of one trace.
 */
import type { CollectedSpan } from "./collected-span.js";

export interface SpanNode {
  readonly span: CollectedSpan;
  readonly children: readonly SpanNode[];
}

export interface TraceTree {
  readonly roots: readonly SpanNode[];
  /** What Jaeger would warn of: an ID twice, a parent that is not there. */
  readonly warnings: readonly string[];
}

/**
 * A SERVER span that shares its ID with a CLIENT span is given an ID of its own under it, and the
 * children go with it, as Jaeger does on reading. Any other ID that is there twice is a warning.
 */
export function traceTree(collected: readonly CollectedSpan[]): TraceTree {
  const spans = collected.toSorted((one, other) => one.start - other.start || other.duration - one.duration);
  const warnings = duplicates(spans);
  const clients = new Set(spans.filter(({ kind }) => kind === "CLIENT").map(({ spanId }) => spanId));
  const servers = new Set(spans.filter(({ kind }) => kind === "SERVER").map(({ spanId }) => spanId));
  const shared = (id: string): boolean => clients.has(id) && servers.has(id);

  /**
   * Where a span hangs; a shared ID names its CLIENT half for the SERVER half, and that half for
   * everybody else.
   */
  const keyOf = ({ spanId, kind }: CollectedSpan): string => (shared(spanId) ? `${spanId} ${kind}` : spanId);
  const parentOf = (span: CollectedSpan): string | undefined => {
    if (shared(span.spanId) && span.kind === "SERVER") return `${span.spanId} CLIENT`;
    const { parentId } = span;
    return parentId !== undefined && shared(parentId) ? `${parentId} SERVER` : parentId;
  };

  const known = new Set(spans.map(keyOf));
  const isRoot = (span: CollectedSpan): boolean => {
    const parent = parentOf(span);
    if (parent === undefined) return true;
    if (!known.has(parent)) warnings.push(`span ${span.spanId}: its parent ${span.parentId} is not there`);
    return !known.has(parent);
  };
  const node = (span: CollectedSpan): SpanNode => ({
    span,
    children: spans.filter((other) => other !== span && parentOf(other) === keyOf(span)).map(node),
  });
  return { roots: spans.filter(isRoot).map(node), warnings };
}

function duplicates(spans: readonly CollectedSpan[]): string[] {
  const kinds = new Map<string, string[]>();
  for (const { spanId, kind } of spans) kinds.set(spanId, [...(kinds.get(spanId) ?? []), kind]);
  return [...kinds]
    .filter(([, of]) => of.length > 1 && of.toSorted().join() !== "CLIENT,SERVER")
    .map(([spanId]) => `span ID ${spanId} is there twice`);
}

/** The nodes from root to leaf, with how deep each lies. */
export function flatten(
  nodes: readonly SpanNode[],
  depth = 0,
): { readonly span: CollectedSpan; readonly depth: number }[] {
  return nodes.flatMap(({ span, children }) => [{ span, depth }, ...flatten(children, depth + 1)]);
}
