/** What every framework of the contract serves, and what the tests read of it. */
import { once } from "node:events";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { initTracing, type Tracing } from "@meshtrace/core";
import { InMemorySpanExporter, type ReadableSpan } from "@opentelemetry/sdk-trace-node";
import { expect } from "vitest";
import type { ServerOptions } from "../../src/server/options.js";

export type Handler = (request: IncomingMessage, response: ServerResponse) => unknown;

/** The routes of the contract, each in the framework's own shape. */
export interface Service {
  /** Options of the adapter. */
  readonly options: ServerOptions;
  /** All of `/raw/*`, any method: Node's own request and response. */
  readonly raw: Handler;
  /**
   * `GET /users/:id`, and `GET /api/things/:thing` on a mounted router where there are any, answer
   * with this text.
   */
  readonly text: (parameter: string) => string;
  /** `GET /throws`, synchronously. */
  readonly throws: () => never;
  /** `GET /rejects`. */
  readonly rejects: () => Promise<never>;
}

export interface Running {
  readonly port: number;
  readonly scheme?: "https";
  close(): unknown;
}

export const memory = new InMemorySpanExporter();
let tracing: Tracing | undefined;

/** Puts tracing in force, once; `localhost` is a stranger's host. */
export function initialize(): Tracing {
  tracing ??= initTracing({
    serviceName: "test",
    exporter: memory,
    shutdown: false,
    propagateTo: ["127.0.0.1"],
    debug: { perSecond: 10_000 },
  });
  return tracing;
}

/** The finished spans, when there are `count` of them, and no more. */
export async function spans(count: number): Promise<ReadableSpan[]> {
  const finished = async (): Promise<ReadableSpan[]> => {
    await tracing?.flush();
    return memory.getFinishedSpans();
  };
  await expect
    .poll(async () => (await finished()).length, { timeout: 8000, interval: 4 })
    .toBeGreaterThanOrEqual(count);
  await new Promise((resolve) => setTimeout(resolve, 10));
  const all = await finished();
  expect(all.map((span) => span.name)).toHaveLength(count);
  return all;
}

/** Waits for spans of the test before, and forgets them. */
export async function settled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 5));
  await tracing?.flush();
  memory.reset();
}

/** Starts a server of node:http on a free port. */
export async function listen(listener: RequestListener | Server): Promise<Running> {
  const server = typeof listener === "function" ? createServer(listener) : listener;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.closeAllConnections?.();
      server.close();
    },
  };
}

export const TRACE = "80f198ee56343ba864fe8b2a57d3eff7";
export const INCOMING = {
  "x-b3-traceid": TRACE,
  "x-b3-spanid": "e457b5a2e4d86bd1",
  "x-b3-parentspanid": "05e3ac9a4f6e3b90",
  "x-b3-sampled": "1",
  "x-request-id": "ec219ebe-5bfd-918f-a8aa-ff14b5843aa7",
};
