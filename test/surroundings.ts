/** The collector that an app exports to and the service that it calls. */
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "vitest";
import { type Collector, startCollector } from "../packages/examples/laboratory/demo/collector.js";

/** Headers that a sidecar sends to an app. */
export const INCOMING = {
  "x-b3-traceid": "463ac35c9f6413ad48485a3953bb6124",
  "x-b3-spanid": "a2fb4a1d1a96d312",
  "x-b3-sampled": "1",
  "x-request-id": "7c9e6679-7425-90de-944b-e07fc1f90ae7",
};

const SPANS_TIMEOUT_MS = 10_000;

export interface Surroundings {
  readonly collector: Collector;
  /** The headers of each request that the called service received. */
  readonly calls: readonly IncomingHttpHeaders[];
  /** Variables for the app. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export async function startSurroundings(): Promise<Surroundings> {
  const collector = await startCollector();
  const calls: IncomingHttpHeaders[] = [];
  const timeService = createServer((request, response) => {
    calls.push(request.headers);
    response.end("noon");
  }).listen(0, "127.0.0.1");
  await once(timeService, "listening");
  return {
    collector,
    calls,
    environment: {
      PORT: "0",
      TIME_SERVICE_URL: `http://127.0.0.1:${(timeService.address() as AddressInfo).port}/`,
      OTEL_EXPORTER_JAEGER_ENDPOINT: new URL("/api/traces", collector.url).href,
      OTEL_BSP_SCHEDULE_DELAY: "50",
      INCOMING: JSON.stringify(INCOMING),
    },
    async close() {
      timeService.closeAllConnections();
      timeService.close();
      await collector.close();
    },
  };
}

/**
 * Expects the spans of one request: a SERVER span under the caller's and `count` CLIENT spans under
 * it, whose headers reached the called service.
 */
export async function expectForwarded({ collector, calls }: Surroundings, count = 1): Promise<void> {
  const spans = await collector.waitFor(INCOMING["x-b3-traceid"], 1 + count, SPANS_TIMEOUT_MS);
  const server = spans.find(({ kind }) => kind === "SERVER");
  const client = spans.find(({ kind }) => kind === "CLIENT");
  expect(collector.refused).toEqual([]);
  expect(spans).toHaveLength(1 + count);
  expect(server).toMatchObject({ parentId: INCOMING["x-b3-spanid"] });
  expect(calls).toHaveLength(count);
  if (count === 0) return;
  expect(client).toMatchObject({ parentId: server?.spanId });
  expectHeaders(calls, client?.spanId);
}

/**
 * Expects the mesh's headers of `spanId` in the first call. Its parent is the joined span by
 * default.
 */
export function expectHeaders(
  [headers]: readonly IncomingHttpHeaders[],
  spanId: unknown,
  parentId: unknown = INCOMING["x-b3-spanid"],
): void {
  expect(headers).toMatchObject({
    "x-b3-traceid": INCOMING["x-b3-traceid"],
    "x-b3-parentspanid": parentId,
    "x-b3-spanid": spanId,
    "x-b3-sampled": "1",
    "x-request-id": INCOMING["x-request-id"],
  });
}
