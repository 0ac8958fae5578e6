import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { initTracing } from "@meshtrace/core";
import { InMemorySpanExporter } from "@opentelemetry/sdk-trace-node";
import { afterEach, expect, test, vi } from "vitest";
import { traceHandler } from "../../src/index.js";

const memory = new InMemorySpanExporter();
const tracing = initTracing({ serviceName: "pipelining", exporter: memory, logLevel: "none" });
const REQUEST = "GET /orders HTTP/1.1\r\nhost: h\r\n\r\n";
const stops: (() => void)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) stop();
  await tracing.flush();
  memory.reset();
});

async function serve(handler: RequestListener): Promise<number> {
  const server = createServer(traceHandler(handler)).listen(0, "127.0.0.1");
  stops.push(() => server.close());
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

test("every pipelined request ends its span when the client leaves, and only then", async () => {
  let arrived = 0;
  let all = (): void => {};
  const received = new Promise<void>((resolve) => {
    all = resolve;
  });
  // No response is ended: all but the first wait behind it.
  const port = await serve(() => {
    arrived += 1;
    if (arrived === 100) all();
  });
  const before = tracing.report();
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  socket.write(REQUEST.repeat(100));
  await received;
  expect(tracing.report().ended).toBe(before.ended);
  socket.destroy();
  await vi.waitFor(() => expect(tracing.report().ended).toBe(before.ended + 100));
  await tracing.flush();
  const aborted = memory.getFinishedSpans().filter(({ attributes }) => attributes["error.type"] === "aborted");
  expect(aborted).toHaveLength(100);
});

test("pipelined requests that are answered end with their status", async () => {
  const port = await serve((_request, response) => void setImmediate(() => response.end("hi")));
  const before = tracing.report().ended;
  const socket = connect(port, "127.0.0.1");
  socket.resume();
  socket.write(REQUEST.repeat(50));
  await vi.waitFor(() => expect(tracing.report().ended).toBe(before + 50));
  socket.destroy();
  await tracing.flush();
  const codes = memory.getFinishedSpans().map(({ attributes }) => attributes["http.response.status_code"]);
  expect(codes).toEqual(Array.from({ length: 50 }, () => 200));
});
