/** What the tests of clients call, and the request in which they do it. */
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { initTracing } from "@meshtrace/core";
import { startServerSpan } from "@meshtrace/core/adapter";
import { context, defaultTextMapGetter, ROOT_CONTEXT, SpanKind, trace } from "@opentelemetry/api";
import { InMemorySpanExporter, type ReadableSpan } from "@opentelemetry/sdk-trace-node";
import { afterEach, beforeEach } from "vitest";
import { finishedSpans } from "../../../core/test/kit/finished-spans.js";
import { INCOMING } from "../../../core/test/kit/incoming-headers.js";

export { INCOMING, TRACE_ID as TRACE, UNSAMPLED } from "../../../core/test/kit/incoming-headers.js";

const memory = new InMemorySpanExporter();
/** `localhost` is a stranger's host here, and `127.0.0.1` is not. */
export const tracing = initTracing({
  serviceName: "test",
  exporter: memory,
  shutdown: false,
  propagateTo: ["127.0.0.1"],
});

/** Any header of the mesh's set. */
export const TRACING_HEADER = /^(b3|x-b3-.*|traceparent|tracestate|x-request-id)$/;

/** Runs `work` as the handler of a request with these headers. */
export function inRequest<Result>(work: () => Result, headers: Record<string, string> = INCOMING): Result {
  const extracted = tracing.propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
  const span = startServerSpan(tracing.tracer, "request", { kind: SpanKind.SERVER }, extracted);
  return context.with(trace.setSpan(extracted, span), work);
}

const servers: Server[] = [];

/** The origin of a server that is closed after the test. */
export async function serve(listener: RequestListener, host = "127.0.0.1"): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  return `http://${host}:${(server.address() as AddressInfo).port}`;
}

/** The origin of a server that is not there any more. */
export async function closed(): Promise<string> {
  const url = await serve(() => {});
  const server = servers.pop();
  server?.close();
  if (server !== undefined) await once(server, "close");
  return url;
}

/** A server that answers `text`, and the headers of each request that it got. */
export async function recording(text = "there", host?: string): Promise<[string, IncomingHttpHeaders[]]> {
  const received: IncomingHttpHeaders[] = [];
  const url = await serve((request, response) => {
    received.push(request.headers);
    request.resume().on("end", () => response.end(text));
  }, host);
  return [url, received];
}

/** Waits for `count` finished spans, and expects that no more come. */
export const spans = (count: number): Promise<ReadableSpan[]> => finishedSpans(memory, () => tracing.flush(), count);

/** Forgets the spans so far. */
export async function reset(): Promise<void> {
  await tracing.flush();
  memory.reset();
}

beforeEach(reset);
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});
