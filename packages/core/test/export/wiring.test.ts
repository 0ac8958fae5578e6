/** From settings to exporters, and the exporters in set-ups of others. */
import { createSocket } from "node:dgram";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  BatchSpanProcessor,
  NodeTracerProvider,
  SimpleSpanProcessor,
  type SpanExporter,
} from "@opentelemetry/sdk-trace-node";
import { expect, onTestFinished, test } from "vitest";
import type { TracingOptions } from "../../src/config/tracing-options.js";
import { JaegerExporter } from "../../src/export/jaeger/jaeger-exporter.js";
import { pipelinesFor } from "../../src/export/pipeline.js";
import type { SpanLoss } from "../../src/export/report/loss-log.js";
import { ZipkinExporter } from "../../src/export/zipkin/zipkin-exporter.js";
import { resolved } from "../config/facts.js";
import { collector } from "../kit/collector.js";
import { decodeCompactPacket } from "../kit/compact-thrift.js";
import { decodeBatch, decodePacket } from "../kit/jaeger-thrift.js";
import { spans } from "./spans.js";
import { decodeSpans } from "./zipkin/zipkin-schema.js";

function setUp(options: TracingOptions, environment: Record<string, string> = {}) {
  const resolution = resolved(options, environment);
  const { processors, reports, problems } = pipelinesFor(resolution.config);
  expect([...resolution.problems, ...problems]).toEqual([]);
  onTestFinished(() => {
    for (const processor of processors) processor.abandon();
  });
  const end = (count: number): void => {
    for (const span of spans(count)) for (const processor of processors) processor.onEnd(span);
  };
  const flush = async (): Promise<void> => void (await Promise.all(processors.map((one) => one.forceFlush())));
  return { processors, reports, end, flush };
}

async function agent() {
  const socket = createSocket("udp4");
  const packets: Buffer[] = [];
  socket.on("message", (packet) => packets.push(packet));
  await new Promise<void>((done) => socket.bind(0, "127.0.0.1", done));
  onTestFinished(() => void socket.close());
  return { packets, port: String(socket.address().port) };
}

test.each([
  [{}, decodeCompactPacket],
  [{ OTEL_EXPORTER_JAEGER_PROTOCOL: "udp/thrift.binary" }, decodePacket],
])("an agent's host among the variables means UDP: %j", async (more, decode) => {
  const { packets, port } = await agent();
  const environment = { JAEGER_AGENT_HOST: "127.0.0.1", JAEGER_AGENT_PORT: port, ...more };
  const { end, flush } = setUp({}, environment);
  end(3);
  await flush();
  await expect.poll(() => packets.length).toBe(1);
  expect(decode(packets[0] as Buffer).spans).toHaveLength(3);
});

test("a token, headers and compression reach the collector", async () => {
  const { origin, requests } = await collector(202);
  const { end, flush } = setUp(
    { exporter: "jaeger", endpoint: origin, headers: { "x-tenant": "a" }, compression: "gzip" },
    { JAEGER_AUTH_TOKEN: "t" },
  );
  end(50);
  await flush();
  expect(requests[0]?.headers).toMatchObject({
    authorization: "Bearer t",
    "x-tenant": "a",
    "content-encoding": "gzip",
  });
  expect(decodeBatch(requests[0]?.body as Buffer).spans).toHaveLength(50);
});

test("a fan-out: a backend that is silent does not hold back the other, and each has books of its own", async () => {
  const silent = await collector(() => {});
  const healthy = await collector(202);
  const { end, processors, reports } = setUp({
    exporter: ["jaeger", "zipkin"],
    jaeger: { endpoint: silent.origin },
    zipkin: { endpoint: healthy.origin },
  });
  end(600);
  const [, zipkin] = processors;
  await zipkin?.forceFlush();
  expect(healthy.requests.flatMap(({ body }) => decodeSpans(body))).toHaveLength(600);
  expect(reports.get("zipkin")?.snapshot()).toMatchObject({ ended: 600, exported: 600, queued: 0 });
  expect(reports.get("jaeger")?.snapshot()).toMatchObject({ ended: 600, exported: 0, queued: 600 });
});

test("onLoss receives the number of lost spans, the reason, and the remedy", async () => {
  const { origin } = await collector(404);
  const losses: SpanLoss[] = [];
  const { end, flush } = setUp({
    exporter: "zipkin",
    endpoint: `${origin}/api/spans`,
    onLoss: (loss) => losses.push(loss),
  });
  end(3);
  await flush();
  const reason = `404 from ${origin}/api/spans: Zipkin's v2 path is /api/v2/spans, port 9411`;
  expect(losses).toEqual([{ exporter: "zipkin", lost: 3, reasons: [{ reason, spans: 3 }] }]);
});

test.each<[string, (origin: string) => SpanExporter, (body: Buffer) => number]>([
  ["Jaeger", (endpoint) => new JaegerExporter({ endpoint }), (body) => decodeBatch(body).spans.length],
  ["Zipkin", (url) => new ZipkinExporter({ url }), (body) => decodeSpans(body).length],
])("%s alone in OpenTelemetry's own set-up", async (_name, exporterTo, count) => {
  const { origin, requests } = await collector(202);
  const resource = resourceFromAttributes({ "service.name": "theirs" });
  const batch = new BatchSpanProcessor(exporterTo(origin));
  const simple = new SimpleSpanProcessor(exporterTo(origin));
  const provider = new NodeTracerProvider({ resource, spanProcessors: [batch, simple] });
  const tracer = provider.getTracer("theirs");
  for (let index = 0; index < 10; index += 1) tracer.startSpan("span").end();
  await provider.shutdown();
  // Ten in one, and each on its own.
  expect(requests.map(({ body }) => count(body)).sort((a, b) => b - a)).toEqual([10, ...Array(10).fill(1)]);
});

test("shut down with a silent collector, an exporter ends within its two seconds and says that it failed", async () => {
  const { origin, requests } = await collector(() => {});
  const exporter = new JaegerExporter({ endpoint: origin });
  let code: number | undefined;
  exporter.export(spans(1), (result) => {
    code = result.code;
  });
  await expect.poll(() => requests.length).toBe(1);
  await exporter.shutdown();
  expect(code).toBe(1);
});
