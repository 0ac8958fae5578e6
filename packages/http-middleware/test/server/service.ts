/** What every framework of the contract serves, and what the tests read of it. */
import { once } from "node:events";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { initTracing, type Tracing } from "@meshtrace/core";
import { InMemorySpanExporter, type ReadableSpan } from "@opentelemetry/sdk-trace-node";
import { finishedSpans } from "../../../core/test/kit/finished-spans.js";
import { turns } from "../../../core/test/kit/turns.js";
import type { ServerOptions } from "../../src/server/options.js";

export { INCOMING, TRACE_ID as TRACE } from "../../../core/test/kit/incoming-headers.js";

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

/** Waits for `count` finished spans, and expects that no more come. */
export const spans = (count: number): Promise<ReadableSpan[]> =>
  finishedSpans(memory, async () => tracing?.flush(), count);

/** Waits for spans of the test before, and forgets them. */
export async function settled(): Promise<void> {
  await turns();
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
