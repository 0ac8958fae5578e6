/** Fake timers of a test, and timers of a DOM, must not stop or break tracing. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { initTracing, type ReadableSpan } from "@meshtrace/core";

import { afterEach, expect, test, vi } from "vitest";
import { tracedFetch } from "../src/index.js";

let tracing: ReturnType<typeof initTracing>;
afterEach(async () => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  await tracing.shutdown();
});

async function call(fetchBy: typeof fetch = fetch): Promise<readonly ReadableSpan[]> {
  const exported: ReadableSpan[] = [];
  // OpenTelemetry's own exporter to memory uses the global timers.
  const exporter = {
    export(spans: ReadableSpan[], done: (result: { code: 0 }) => void) {
      exported.push(...spans);
      done({ code: 0 });
    },
    shutdown: async () => {},
  };
  tracing = initTracing({ exporter, logLevel: "none", sampler: { perSecond: 1000 } });
  const server = createServer((_request, response) => response.end("hi")).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const response = await tracedFetch.from(fetchBy)(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  expect(await response.text()).toBe("hi");
  server.closeAllConnections();
  server.close();
  await vi.waitUntil(() => tracing.report().ended === 1);
  await tracing.flush();
  return exported;
}

test("timers and clocks of a test are not used", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "setImmediate", "Date", "performance"] });
  vi.setSystemTime(0);
  const [span] = await call();
  expect(span?.name).toBe("GET");
  expect(span?.startTime[0]).toBeGreaterThan(1_600_000_000);
});

test("global timers that return numbers, as in a DOM, are not used", async () => {
  const { setTimeout: real } = globalThis;
  vi.stubGlobal("setTimeout", (work: () => void, ms: number) => real(work, ms)[Symbol.toPrimitive]());
  vi.stubGlobal("setInterval", () => 7);
  // Node's own fetch needs Node's timers.
  const exported = await call(async () => new Response("hi"));
  expect(exported.map(({ name }) => name)).toEqual(["GET"]);
});
