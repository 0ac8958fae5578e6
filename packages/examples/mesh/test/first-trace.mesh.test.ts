/**
 * The built service between real Envoys, reporting to a real Jaeger: what the demo shows, proven.
 */
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Backend } from "../backends/backend.js";
import { startJaeger } from "../backends/jaeger.js";
import type { Layout } from "../layout.js";
import { type MeshSettings, startMesh } from "../mesh.js";
import { ARTICLE, asExpected, CHAIN, type Expectation, TODAY } from "./expectation.js";
import { type Observed, observe } from "./observed.js";

const SIDECAR = ["inbound hello-world", "app hello-world"];
const LAYOUTS = {
  today: { name: "today", provider: "zipkin", hops: ["gateway", ...SIDECAR] },
  article: { name: "the article's", provider: "zipkin-2018", hops: ["gateway-before-1.28", ...SIDECAR] },
  chain: {
    name: "chain",
    provider: "zipkin",
    hops: ["gateway", ...SIDECAR, "outbound hello-world", "inbound time", "app time"],
  },
} satisfies Record<string, Layout>;

/** Another tracer's headers, which Istio asks an app to hand on. */
const CALLER = {
  "x-ot-span-context": "9293cfab43daddaf;48a4ec59ec97cd63;0000000000000000;cs",
  "x-datadog-trace-id": "7",
};

let jaeger: Backend;
beforeAll(async () => {
  jaeger = await startJaeger();
});
afterAll(() => jaeger.stop());

/** Sends one request through the layout, and sees what came of it. */
async function request(
  layout: Layout,
  path: string,
  { tree }: Expectation,
  more: Partial<MeshSettings> = {},
): Promise<Observed & { readonly output: string }> {
  const mesh = await startMesh({ layout, backend: jaeger, exporter: "jaeger", ...more });
  try {
    const response = await fetch(`${mesh.url}${path}`, { headers: CALLER });
    expect(response.status).toBe(200);
    const traceId = String(mesh.recorded.at(-1)?.headers["x-b3-traceid"]);
    const output = [...mesh.apps.values()].map((app) => app.output()).join("");
    return { ...(await observe(jaeger, traceId, tree.length, mesh.recorded)), output };
  } finally {
    await mesh.stop();
  }
}

test("today's Istio: a gateway with two spans, a sidecar and the app, one under the other", async () => {
  expect(await request(LAYOUTS.today, "/gettime", TODAY)).toMatchObject(asExpected(TODAY));
});

test("the article's Istio: gateway, sidecar and app share one 64-bit ID, and are still drawn apart", async () => {
  expect(await request(LAYOUTS.article, "/gettime", ARTICLE)).toMatchObject(asExpected(ARTICLE));
});

test("two services over tracedFetch: the call's parent is the sidecar's span, which the app joined", async () => {
  expect(await request(LAYOUTS.chain, "/", CHAIN)).toMatchObject(asExpected(CHAIN));
});

const PRELOAD = fileURLToPath(new URL("./switched-off/register.mjs", import.meta.url));
const without = (part: string): Partial<MeshSettings> => ({
  environment: { SWITCHED_OFF: part },
  nodeOptions: ["--import", PRELOAD],
});

test("without the join Jaeger draws the same tree, and the call's headers tell it", async () => {
  const seen = await request(LAYOUTS.chain, "/", CHAIN, { environment: { MESHTRACE_SHARED_SPAN: "false" } });
  expect(seen.tree).toEqual(CHAIN.tree);
  expect(differences(CHAIN.headers, seen.headers)).toEqual([
    "hello-world -> hello-world outbound: b3 hello-world.hello app client < hello-world.hello app server, sampled 1",
  ]);
});

test("without the split sidecar and app have one ID, and the tree is another", async () => {
  const seen = await request(LAYOUTS.chain, "/", CHAIN, without("split"));
  expect(seen.output).toContain("switched off: splitSpanId");
  expect(seen.tree).not.toEqual(CHAIN.tree);
  expect(seen.faults).toEqual(expect.arrayContaining([expect.stringContaining("2 times")]));
});

test("without the mirror of header families the next hop gets a family that this mesh does not speak", async () => {
  const seen = await request(LAYOUTS.chain, "/", CHAIN, without("mirror"));
  expect(seen.output).toContain("switched off: writeContext");
  expect(differences(CHAIN.headers, seen.headers)).toEqual([
    expect.stringMatching(/^hello-world -> hello-world outbound: .*traceparent/),
    expect.stringMatching(/^hello-world outbound -> time inbound: .*traceparent/),
    expect.stringMatching(/^time inbound -> time: .*traceparent/),
  ]);
});

test("without the pass-through the next hop gets another request ID and loses other tracers' headers", async () => {
  const seen = await request(LAYOUTS.chain, "/", CHAIN, without("passThrough"));
  expect(seen.output).toContain("switched off: writePassThrough");
  for (const header of ["x-request-id", "x-ot-span-context", "x-datadog-trace-id"]) {
    expect(seen.faults).toContain(`hello-world -> hello-world outbound: ${header} was lost`);
  }
});

function differences(expected: readonly string[], seen: readonly string[]): string[] {
  return seen.filter((line, index) => line !== expected[index]);
}
