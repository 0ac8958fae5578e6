/**
 * Whether a request came out as the layout promises: one tree with one root, every hop in its
 * place, one request ID.
 */
import { type CollectedSpan, madeBy, wideTraceId } from "./collected-span.js";
import type { ProxyRole } from "./layouts.js";
import type { Passed } from "./mesh.js";
import { flatten, type TraceTree } from "./trace-tree.js";

/** Who makes which spans, from the root to the leaf. */
export function expectedChain(layout: readonly ProxyRole[]): string[] {
  const proxies = layout.flatMap(({ name, spans }) => {
    if (spans === "server-and-client") return [`${name} SERVER`, `${name} CLIENT`];
    return [`${name} ${spans.toUpperCase()}`];
  });
  return [...proxies, "app SERVER"];
}

/** Every difference, each as a sentence; empty when all is well. */
export function problems(
  layout: readonly ProxyRole[],
  { path, hops, requestId }: Passed,
  spans: readonly CollectedSpan[],
  tree: TraceTree,
): string[] {
  const found = tree.warnings.map((warning) => `${path}: ${warning}.`);
  const say = (wrong: boolean, sentence: string): void => {
    if (wrong) found.push(`${path}: ${sentence}.`);
  };
  const chain = expectedChain(layout);
  say(spans.length !== chain.length, `${spans.length} spans arrived where ${chain.length} were expected`);
  say(tree.roots.length !== 1, `the trace has ${tree.roots.length} roots`);
  const seen = flatten(tree.roots).map(({ span, depth }) => `${depth} ${madeBy(span)} ${span.kind}`);
  const wanted = chain.map((made, depth) => `${depth} ${made}`);
  say(seen.join() !== wanted.join(), `the tree is ${seen.join(", ")} where ${wanted.join(", ")} was expected`);

  const inside = hops.slice(1);
  say(inside.length !== layout.length, `${inside.length} hops were seen where ${layout.length} were expected`);
  const traceIds = new Set([
    ...inside.map(({ headers }) => wideTraceId(headers["x-b3-traceid"] ?? "")),
    ...spans.map(({ traceId }) => traceId),
  ]);
  say(traceIds.size !== 1, `the hops name ${traceIds.size} trace IDs`);
  for (const { from, to, headers } of inside) {
    const handed = headers["x-request-id"];
    say(handed !== requestId, `${from} handed x-request-id ${handed} to ${to} in place of ${requestId}`);
  }
  for (const span of spans) {
    const tagged = span.tags["guid:x-request-id"];
    say(
      tagged !== requestId,
      `the ${madeBy(span)}'s span is tagged with request ID ${tagged} in place of ${requestId}`,
    );
  }
  return found;
}
