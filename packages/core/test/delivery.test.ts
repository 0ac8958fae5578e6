import { readFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { ROOT_CONTEXT, SpanKind, trace } from "@opentelemetry/api";
import type { SpanProcessor } from "@opentelemetry/sdk-trace-node";
import { afterEach, expect, test } from "vitest";
import { BatchingProcessor } from "../src/exporters/batching.js";
import { DeliveryReport } from "../src/exporters/delivery-report.js";
import { JaegerExporter } from "../src/exporters/jaeger/jaeger-exporter.js";
import { MeshPropagator } from "../src/propagator.js";
import { createProvider } from "../src/provider.js";
import { localSampler } from "../src/sampler.js";

const require = createRequire(import.meta.url);
const { Thrift } = require("thriftrw");
const client = dirname(require.resolve("jaeger-client/package.json"));
const idl = readFileSync(join(client, "dist/src/jaeger-idl/thrift/jaeger.thrift"), "utf8");
const thrift = new Thrift({ source: idl, allowOptionalArguments: true });

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function collector(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/traces`;
}

function setUp(endpoint: string, batch: object = {}) {
  const report = new DeliveryReport();
  const processor = new BatchingProcessor({
    exporter: new JaegerExporter({ endpoint, timeoutMs: 300 }),
    name: "jaeger",
    report,
    ...batch,
  });
  const processors: SpanProcessor[] = [processor];
  const resource = { "service.name": "hello.default", "process.pid": 7 };
  const provider = createProvider({
    resource,
    sampler: localSampler(),
    sharedSpan: true,
    debugPerSecond: 10,
    limits: {},
    processors,
  });
  return { report, processor, tracer: provider.getTracer("scope", "1.0") };
}

const body = async (request: AsyncIterable<Buffer>): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
};

test("an independent decoder reads the batch back: types, events, links, unicode, the split", async () => {
  let received: Buffer | undefined;
  let asked = "";
  const endpoint = await collector(async (request, response) => {
    asked = `${request.method} ${request.url} ${request.headers["content-type"]} ${request.headers["b3"]}`;
    received = await body(request);
    response.writeHead(202).end();
  });
  const { processor, tracer, report } = setUp(endpoint);
  const headers = {
    "x-b3-traceid": "463ac35c9f6413ad48485a3953bb6124",
    "x-b3-spanid": "a2fb4a1d1a96d312",
    "x-b3-sampled": "1",
  };
  const incoming = new MeshPropagator().extract(ROOT_CONTEXT, headers);
  const server = tracer.startSpan(
    "GET /",
    {
      kind: SpanKind.SERVER,
      attributes: { text: "grün \u{1F600}", long: -(2 ** 40), double: 0.5, yes: true, list: ["a", "b"] },
    },
    incoming,
  );
  const child = tracer.startSpan(
    "child",
    { links: [{ context: server.spanContext() }] },
    trace.setSpan(incoming, server),
  );
  child.addEvent("happened", { n: 1 });
  child.recordException(new Error("boom"));
  child.setStatus({ code: 2, message: "bad" });
  child.end();
  server.end();
  await processor.forceFlush();
  expect(asked).toBe("POST /api/traces?format=jaeger.thrift application/x-thrift 0");
  const decoded = thrift.getType("Batch").fromBuffer(received);
  const batch = decoded.value ?? decoded;
  const hexOf = (value: Buffer): string => Buffer.from(value).toString("hex");
  const tags = (list: { key: string; vType: string; vStr: string; vLong: Buffer; vDouble: number; vBool: boolean }[]) =>
    Object.fromEntries(
      list.map((tag) => [
        tag.key,
        tag.vType === "LONG" ? Buffer.from(tag.vLong).readBigInt64BE() : (tag.vStr ?? tag.vDouble ?? tag.vBool),
      ]),
    );
  expect(batch.process.serviceName).toBe("hello.default");
  expect(tags(batch.process.tags)).toEqual({ "process.pid": 7n });
  const [childSpan, serverSpan] = batch.spans;
  expect(hexOf(serverSpan.traceIdHigh) + hexOf(serverSpan.traceIdLow)).toBe(headers["x-b3-traceid"]);
  expect(hexOf(serverSpan.parentSpanId)).toBe(headers["x-b3-spanid"]);
  expect(hexOf(serverSpan.spanId)).not.toBe(headers["x-b3-spanid"]);
  expect(hexOf(childSpan.parentSpanId)).toBe(hexOf(serverSpan.spanId));
  expect(hexOf(childSpan.references[0].spanId)).toBe(hexOf(serverSpan.spanId));
  expect(tags(serverSpan.tags)).toMatchObject({
    text: "grün \u{1F600}",
    long: -(2n ** 40n),
    double: 0.5,
    yes: true,
    list: '["a","b"]',
    "span.kind": "server",
  });
  expect(tags(childSpan.tags)).toMatchObject({
    error: true,
    "otel.status_description": "bad",
    "otel.scope.name": "scope",
  });
  expect(childSpan.logs.map((log: { fields: never[] }) => tags(log.fields)["event"])).toEqual([
    "happened",
    "exception",
  ]);
  expect(report.snapshot()).toEqual({ started: 2, ended: 2, exported: 2, failed: 0, dropped: 0, queued: 0 });
});

test("a 503 is tried again; a 400 is not; both are counted", async () => {
  const statuses = [503, 202, 400];
  let requests = 0;
  const endpoint = await collector((request, response) => {
    request.resume().on("end", () => response.writeHead(statuses[requests++] ?? 202).end());
  });
  const { processor, tracer, report } = setUp(endpoint);
  tracer.startSpan("one").end();
  await processor.forceFlush();
  expect(requests).toBe(2);
  tracer.startSpan("two").end();
  await processor.forceFlush();
  expect(requests).toBe(3);
  expect(report.snapshot()).toEqual({ started: 2, ended: 2, exported: 1, failed: 1, dropped: 0, queued: 0 });
});

test("nobody listens: the queue is bounded, the books balance, shutdown ends", async () => {
  const { processor, tracer, report } = setUp("http://127.0.0.1:9/api/traces", {
    maxQueueSize: 100,
    maxExportBatchSize: 50,
    exportTimeoutMillis: 200,
  });
  for (let index = 0; index < 1000; index += 1) {
    tracer.startSpan("x").end();
    const { ended, exported, failed, dropped, queued } = report.snapshot();
    expect(exported + failed + dropped + queued).toBe(ended);
  }
  await processor.shutdown();
  const { ended, exported, failed, dropped, queued } = report.snapshot();
  expect({ ended, exported, queued, lost: failed + dropped }).toEqual({
    ended: 1000,
    exported: 0,
    queued: 0,
    lost: 1000,
  });
  expect(dropped).toBeGreaterThanOrEqual(800);
});
