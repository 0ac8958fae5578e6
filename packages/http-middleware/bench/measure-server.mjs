// One server between load and collector, each a process of its own: CPU of the server for each request, in microseconds.
import { equal } from "node:assert/strict";
import { start } from "../../../bench/frame.mjs";

const LOAD = new URL("../../../bench/load.cjs", import.meta.url);
const COLLECTOR = new URL("../../../bench/collector.cjs", import.meta.url);
const SERVER = new URL("./server-process.cjs", import.meta.url);

// What stands once in each span of a batch.
const MARKS = { zipkin: '"traceId"', jaeger: "span.kind" };
const PATHS = { zipkin: "/api/v2/spans", jaeger: "/api/traces" };

/** A request as an Envoy sidecar hands it on. */
export function envoyRequest(sampled) {
  return [
    "GET /orders/42 HTTP/1.1",
    "host: orders:8080",
    "user-agent: curl/8.5.0",
    "accept: */*",
    "x-forwarded-proto: http",
    "x-request-id: 6f8a2d1e-4b1c-9a57-8f21-0d5f3b0c9e11",
    "x-b3-traceid: 463ac35c9f6413ad48485a3953bb6124",
    "x-b3-spanid: a2fb4a1d1a96d312",
    "x-b3-parentspanid: 0020000000000001",
    `x-b3-sampled: ${sampled ? 1 : 0}`,
    "\r\n",
  ].join("\r\n");
}

/**
 * CPU per request, one number for each window. Answers and exported spans are checked before anything is timed.
 * `lost` is told how many of the spans of the timed windows did not arrive.
 */
export async function measureServer(
  { app, tracing, exporter = "zipkin" },
  { sampled, windows, requests, connections = 16, lost },
) {
  const collector = await start(COLLECTOR, [MARKS[exporter]]);
  const endpoint = `http://127.0.0.1:${await collector.ask("port")}${PATHS[exporter]}`;
  const server = await start(SERVER, [app, tracing, exporter, endpoint]);
  const load = await start(LOAD, [await server.ask("port"), connections]);
  try {
    const request = envoyRequest(sampled);
    const response = await load.ask("once", request);
    equal(response.slice(0, 15), "HTTP/1.1 200 OK");
    equal(response.slice(-11), "hello world");
    await server.ask("flush");
    // Instrumentations of frameworks make more than one span.
    const spansEach = await collector.ask("spans");
    equal(spansEach > 0, sampled && tracing !== "bare");

    const bytes = Buffer.byteLength(response, "latin1");
    await load.ask("run", request, requests * 4, bytes);
    await server.ask("flush");
    await collector.ask("spans");

    const results = [];
    for (let window = 0; window < windows; window += 1) {
      const before = await server.ask("cpu");
      await load.ask("run", request, requests, bytes);
      results.push(((await server.ask("cpu")) - before) / requests);
    }
    await server.ask("flush");
    lost?.(spansEach * windows * requests - (await collector.ask("spans")));
    return results;
  } finally {
    await Promise.all([load.stop(), server.stop(), collector.stop()]);
  }
}
