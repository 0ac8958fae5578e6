import { expect, test } from "vitest";
import type { CollectedSpan } from "./collected-span.js";
import { flatten, traceTree } from "./trace-tree.js";

let clock = 0;
const span = (kind: string, spanId: string, parentId?: string): CollectedSpan => ({
  traceId: "463ac35c9f6413ad48485a3953bb6124",
  spanId,
  parentId,
  service: kind,
  name: "GET /",
  kind,
  start: clock++,
  duration: 10,
  tags: {},
});
const drawn = (spans: readonly CollectedSpan[]) => {
  const { roots, warnings } = traceTree(spans);
  return { tree: flatten(roots).map(({ span: { kind, spanId }, depth }) => `${depth} ${kind} ${spanId}`), warnings };
};

test("a shared ID: the SERVER half hangs under the CLIENT half, and what is below goes with it", () => {
  const shared = [span("CLIENT", "x"), span("SERVER", "x"), span("INTERNAL", "y", "x")];
  const expected = { tree: ["0 CLIENT x", "1 SERVER x", "2 INTERNAL y"], warnings: [] };
  expect(drawn(shared)).toEqual(expected);
  expect(drawn(shared.toReversed())).toEqual(expected);
});

test("two SERVER spans with one ID are a warning, as in Jaeger", () => {
  const { warnings } = drawn([span("CLIENT", "u"), span("SERVER", "s", "u"), span("SERVER", "s", "u")]);
  expect(warnings).toEqual(["span ID s is there twice"]);
});

test("a parent that is not there makes a second root, and a warning", () => {
  const { tree, warnings } = drawn([span("SERVER", "a"), span("SERVER", "b", "lost")]);
  expect(tree).toEqual(["0 SERVER a", "0 SERVER b"]);
  expect(warnings).toEqual(["span b: its parent lost is not there"]);
});

test("no spans, no roots", () => {
  expect(traceTree([])).toEqual({ roots: [], warnings: [] });
});
