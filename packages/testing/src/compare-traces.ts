/** Whether a trace is the expected one, and if not, what makes the difference. */
import type { TraceNode } from "./trace-node.js";

/**
 * Returns whether both trees have the same spans in the same places. Siblings match in any order.
 */
export function matches(expected: TraceNode, actual: TraceNode): boolean {
  return sameSpan(expected, actual) && matchesAll(expected.children, actual.children);
}

function sameSpan(expected: TraceNode, actual: TraceNode): boolean {
  return (
    expected.name === actual.name &&
    expected.failed === actual.failed &&
    (expected.kind === undefined || expected.kind === actual.kind)
  );
}

function matchesAll(expected: readonly TraceNode[], actual: readonly TraceNode[]): boolean {
  if (expected.length !== actual.length) return false;
  const [first, ...others] = expected;
  if (first === undefined) return true;
  return actual.some((candidate, index) => matches(first, candidate) && matchesAll(others, actual.toSpliced(index, 1)));
}

interface Place {
  readonly node: TraceNode;
  readonly parent: string;
}

/** Returns what differs, one sentence for each span that is missing, unexpected, or elsewhere. */
export function differences(expected: TraceNode, actual: TraceNode): string[] {
  const wanted = places(expected);
  const found = places(actual);
  const take = (test: (wanted: Place, found: Place) => boolean): [Place, Place][] => {
    const pairs: [Place, Place][] = [];
    for (const want of [...wanted]) {
      const index = found.findIndex((one) => test(want, one));
      if (index < 0) continue;
      pairs.push([want, found[index] as Place]);
      found.splice(index, 1);
      wanted.splice(wanted.indexOf(want), 1);
    }
    return pairs;
  };
  const same = take((want, one) => want.node.name === one.node.name && want.parent === one.parent);
  const moved = take((want, one) => want.node.name === one.node.name);
  const renamed = take(
    (want, one) => want.parent === one.parent && (want.node.kind === undefined || want.node.kind === one.node.kind),
  );
  return [
    ...same.flatMap(([want, one]) => detail(want.node, one.node)),
    ...moved.map(
      ([want, one]) => `wrong parent: \`${one.node.name}\` is ${below(one.parent)}, not ${below(want.parent)}`,
    ),
    ...renamed.map(
      ([want, one]) => `wrong name: \`${one.node.name}\` instead of \`${want.node.name}\`${unrouted(want, one)}`,
    ),
    ...wanted.map((want) => `missing span: \`${want.node.name}\` ${below(want.parent)}`),
    ...found.map((one) => `unexpected span: \`${one.node.name}\` ${below(one.parent)}`),
  ];
}

function detail(want: TraceNode, one: TraceNode): string[] {
  const found: string[] = [];
  if (want.kind !== undefined && want.kind !== one.kind)
    found.push(`wrong kind: \`${one.name}\` is ${one.kind}, not ${want.kind}`);
  if (want.failed && !one.failed)
    found.push(`error not recorded: the status of \`${one.name}\` is not an error; call recordException and setStatus`);
  if (!want.failed && one.failed)
    found.push(
      `unexpected error: \`${one.name}\` failed${message(one)}; write \`${one.name} [error]\` if that is right`,
    );
  return found;
}

function message({ record }: TraceNode): string {
  const text = record?.span.status.message ?? record?.span.attributes["error.type"];
  return text === undefined ? "" : ` with ${String(text)}`;
}

const below = (parent: string): string => (parent === "" ? "at the root" : `below \`${parent}\``);

/** A server span whose adapter found no route has the method as its name. */
function unrouted({ node: want }: Place, { node: one }: Place): string {
  return one.kind === "SERVER" && want.name.startsWith(`${one.name} /`)
    ? ": the server adapter saw no route; register it before the routes"
    : "";
}

function places(node: TraceNode, parent = ""): Place[] {
  return [{ node, parent }, ...node.children.flatMap((child) => places(child, node.name))];
}
