import { existsSync, readFileSync, statSync } from "node:fs";
import { expect, test } from "vitest";
import type { Outcome } from "../demo/demo.js";
import { traceTree } from "../demo/trace-tree.js";
import { headersPicture } from "./headers-picture.js";
import { tracePicture } from "./trace-picture.js";

const span = { traceId: "a".repeat(32), service: "hello", name: "GET /", tags: { node_id: "sidecar~" } };
const spans = [
  { ...span, spanId: "1", parentId: undefined, kind: "SERVER", start: 1_000, duration: 1_000 },
  { ...span, spanId: "2", parentId: "1", kind: "SERVER", start: 1_250, duration: 500, tags: {} },
];
const outcome: Outcome = {
  path: '/?a=<b>&c="d"',
  requestId: "r",
  hops: [
    { from: "client", to: "sidecar", headers: { accept: "*/*" } },
    { from: "sidecar", to: "app", headers: { accept: "*/*", "x-b3-sampled": "1" } },
  ],
  traceId: span.traceId,
  spans,
  tree: traceTree(spans),
  problems: [],
};

test("the waterfall: a bar for each span, where it lies in time; text is escaped", () => {
  const picture = tracePicture(outcome);
  expect(
    [...picture.matchAll(/<rect x="([\d.]+)" y="\d+" width="([\d.]+)"/g)].map(([, x, width]) => [x, width]),
  ).toEqual([
    ["400", "390"],
    ["497.5", "195"],
  ]);
  expect(picture).toContain("GET /?a=&#60;b&#62;&#38;c=&#34;d&#34;, 2 spans, 1.00 ms");
  expect(picture).toContain("└ hello (app), SERVER");
});

test("the header table: tracing headers alone, new ones marked", () => {
  const picture = headersPicture(outcome);
  expect(picture).toContain(">sidecar → app<");
  expect(picture).toMatch(/<text class="new" [^>]+>1<\/text>/);
  expect(picture).not.toContain("accept");
});

test("the README's pictures are there, and small", () => {
  const readme = readFileSync(new URL("../../../../README.md", import.meta.url), "utf8");
  const files = [...readme.matchAll(/!\[[^\]]+\]\((docs\/[^)]+)\)/g)].map(([, file = ""]) => file);
  expect(files.toSorted()).toEqual(["docs/images/headers.svg", "docs/images/trace.svg", "docs/images/zipkin.png"]);
  for (const file of files) {
    const path = new URL(`../../../../${file}`, import.meta.url);
    expect(existsSync(path)).toBe(true);
    expect(statSync(path).size).toBeLessThan(150_000);
  }
});
