/**
 * The mesh decides what is sampled, and the services keep in step with it.
 */
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Backend } from "../backends/backend.js";
import { startJaeger } from "../backends/jaeger.js";
import type { Mesh } from "../mesh.js";
import type { Recorded } from "../recorder.js";
import { CHAIN_TREE, chain, HELLO, TIME } from "./lines.js";
import { observe, until } from "./observed.js";
import { send, withMesh } from "./request.js";
import { CHAIN } from "./rows.js";

let jaeger: Backend;
beforeAll(async () => {
  jaeger = await startJaeger();
});
afterAll(() => jaeger.stop());

const traceIdOf = ({ headers }: Recorded): string =>
  String(headers["x-b3-traceid"] ?? String(headers["traceparent"]).split("-")[1]);

/**
 * A request that is sampled is reported after it: what the one before had to report has arrived by
 * then.
 */
async function nothingReported(mesh: Mesh, traceId: string, sampled: Readonly<Record<string, string>>): Promise<void> {
  const later = await send(mesh, { layout: CHAIN.layout, caller: () => sampled });
  expect(later).not.toBe(traceId);
  expect(await until(async () => (await jaeger.sent(later)).length === CHAIN_TREE.length)).toBe(true);
  expect(await jaeger.sent(traceId)).toEqual([]);
}

test("an unsampled request of a B3 mesh reports nothing, and its headers still reach every hop", async () => {
  await withMesh(CHAIN, { backend: jaeger, exporter: "jaeger" }, async (mesh) => {
    const traceId = await send(mesh, { layout: CHAIN.layout, caller: () => ({ "x-b3-sampled": "0" }) });
    const [, ...hops] = mesh.recorded.map(({ headers }) => headers);
    expect(hops.map((headers) => headers["x-b3-sampled"])).toEqual(["0", "0", "0", "0", "0"]);
    expect(new Set(hops.map((headers) => headers["x-b3-traceid"]))).toEqual(new Set([traceId]));
    // Each hop made a span of its own, and names the hop before as its parent.
    const spans = hops.map((headers) => headers["x-b3-spanid"]);
    expect(hops.slice(1).map((headers) => headers["x-b3-parentspanid"])).toEqual(spans.slice(0, -1));
    await nothingReported(mesh, traceId, { "x-b3-sampled": "1" });
  });
});

test("an unsampled request of an OpenTelemetry mesh does the same with traceparent", async () => {
  const layout = { provider: "opentelemetry-grpc", hops: CHAIN.layout.hops } as const;
  await withMesh({ title: "unsampled", layout }, { backend: jaeger, exporter: "jaeger" }, async (mesh) => {
    const traceId = randomBytes(16).toString("hex");
    const parent = (flags: string, id: string) => `00-${id}-101324914c615cee-${flags}`;
    await send(mesh, { layout, caller: () => ({ traceparent: parent("00", traceId) }) });
    const passed = mesh.recorded.map(({ headers }) => String(headers["traceparent"]).split("-"));
    expect(passed.map(([, id]) => id)).toEqual(passed.map(() => traceId));
    expect(passed.map(([, , , flags]) => flags)).toEqual(passed.map(() => "00"));
    await nothingReported(mesh, traceId, { traceparent: parent("01", randomBytes(16).toString("hex")) });
  });
});

describe("a mesh that samples 1 %", () => {
  const REQUESTS = 2000;
  const AT_ONCE = 20;

  test("is followed by the services in each of 2000 requests: eight spans or none", { timeout: 300_000 }, async () => {
    await withMesh(CHAIN, { backend: jaeger, exporter: "jaeger", samplingPercentage: 1 }, async (mesh) => {
      for (let sent = 0; sent < REQUESTS; sent += AT_ONCE) {
        await Promise.all(Array.from({ length: AT_ONCE }, () => send(mesh, CHAIN)));
      }
      const decisions = new Map<string, Set<unknown>>();
      for (const one of mesh.recorded.filter(({ hop }) => !hop.startsWith("caller"))) {
        const traceId = traceIdOf(one);
        decisions.set(traceId, (decisions.get(traceId) ?? new Set()).add(one.headers["x-b3-sampled"]));
      }
      expect(decisions.size).toBe(REQUESTS);
      // No hop decides otherwise than the one before.
      expect([...decisions.values()].filter((said) => said.size !== 1)).toEqual([]);
      const sampled = [...decisions].filter(([, said]) => said.has("1")).map(([traceId]) => traceId);
      expect(sampled.length).toBeGreaterThan(0);
      expect(sampled.length).toBeLessThan(REQUESTS / 20);
      for (const traceId of sampled) {
        expect((await observe(jaeger, traceId, CHAIN_TREE.length, [])).tree).toEqual(CHAIN_TREE);
      }
      for (const service of ["hello-gateway-istio.hello", "hello-world.hello", "time.hello"]) {
        const reported = (await jaeger.traceIds(service)).filter((traceId) => decisions.has(traceId));
        expect(new Set(reported)).toEqual(new Set(sampled));
      }
    });
  });
});

test("x-b3-flags: 1 alone, in a mesh that samples nothing: the service obeys it, and so does all behind it", async () => {
  await withMesh(CHAIN, { backend: jaeger, exporter: "jaeger", samplingPercentage: 0 }, async (mesh) => {
    const traceId = await send(mesh, { layout: CHAIN.layout, caller: () => ({ "x-b3-flags": "1" }) });
    const [root, ...below] = chain(HELLO.app, HELLO.call, HELLO.outbound, TIME.inbound, TIME.app);
    const seen = await observe(jaeger, traceId, 5, mesh.recorded);
    // Gateway and first sidecar had decided already, and report nothing.
    expect(seen.tree).toEqual([`? ${root}`, ...below]);
    expect(mesh.recorded.map(({ headers }) => headers["x-b3-sampled"])).toEqual([undefined, "0", "0", "1", "1", "1"]);
    expect(mesh.recorded.map(({ headers }) => headers["x-b3-flags"])).toEqual(["1", "1", "1", "1", "1", "1"]);
  });
});
