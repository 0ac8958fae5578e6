import { expect, test } from "vitest";
import type { CollectedSpan } from "./collected-span.js";
import { layout } from "./layouts.js";
import { expectedChain, problems } from "./trace-check.js";
import { traceTree } from "./trace-tree.js";

const sidecar = layout("sidecar") ?? [];
const traceId = "463ac35c9f6413ad48485a3953bb6124";
const requestId = "bfc815cd-103a-9c90-80f4-f2b9e34b06a1";
const headers = { "x-request-id": requestId, "x-b3-traceid": traceId };
const passed = {
  path: "/",
  requestId,
  hops: [
    { from: "client", to: "gateway", headers: {} },
    { from: "gateway", to: "sidecar", headers },
    { from: "sidecar", to: "app", headers },
  ],
};

const span = (kind: string, spanId: string, parentId: string | undefined, nodeId?: string): CollectedSpan => ({
  traceId,
  spanId,
  parentId,
  service: "hello",
  name: "GET /",
  kind,
  start: 0,
  duration: 1,
  tags: { "guid:x-request-id": requestId, ...(nodeId !== undefined && { node_id: nodeId }) },
});
const good = [
  span("SERVER", "1", undefined, "router~gateway"),
  span("CLIENT", "2", "1", "router~gateway"),
  span("SERVER", "3", "2", "sidecar~hello"),
  span("SERVER", "4", "3"),
];
const check = (spans: readonly CollectedSpan[], of = passed): string =>
  problems(sidecar, of, spans, traceTree(spans)).join("\n");

test("the promised trace has no problems", () => {
  expect(expectedChain(sidecar)).toEqual(["gateway SERVER", "gateway CLIENT", "sidecar SERVER", "app SERVER"]);
  expect(check(good)).toBe("");
});

test.each([
  ["a span is missing", good.slice(0, 3), /3 spans arrived where 4 were expected/],
  ["the app starts a trace of its own", good.with(3, span("SERVER", "4", undefined)), /the trace has 2 roots/],
  ["the app hangs beside its sidecar", good.with(3, span("SERVER", "4", "2")), /the tree is .* was expected/],
  ["the app's span is not split", good.with(3, span("SERVER", "3", "2")), /span ID 3 is there twice/],
  [
    "the app is traced elsewhere",
    good.with(3, { ...good[3], traceId: "5".repeat(32) } as CollectedSpan),
    /2 trace IDs/,
  ],
  [
    "the app's span lost the request ID",
    good.with(3, { ...good[3], tags: {} } as CollectedSpan),
    /tagged with request ID/,
  ],
])("%s: a sentence says so", (_name, spans, sentence) => {
  expect(check(spans)).toMatch(sentence);
});

test("a proxy that changes the request ID is named", () => {
  const last = { from: "sidecar", to: "app", headers: { ...headers, "x-request-id": "other" } };
  expect(check(good, { ...passed, hops: passed.hops.with(2, last) })).toMatch(
    /sidecar handed x-request-id other to app in place of/,
  );
});

test("a hop without a recording is a problem", () => {
  expect(check(good, { ...passed, hops: passed.hops.slice(0, 2) })).toMatch(/1 hops were seen where 2 were expected/);
});
