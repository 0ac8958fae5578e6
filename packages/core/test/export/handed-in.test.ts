import { createSocket } from "node:dgram";
import { ROOT_CONTEXT, SpanKind, trace } from "@opentelemetry/api";
import { JaegerExporter as OpenTelemetryJaegerExporter } from "@opentelemetry/exporter-jaeger";
import { InMemorySpanExporter, type SpanExporter } from "@opentelemetry/sdk-trace-node";
import { expect, onTestFinished, test } from "vitest";
import { BatchProcessor } from "../../src/export/queue/batch-processor.js";
import { DeliveryReport } from "../../src/export/report/span-report.js";
import { MeshPropagator } from "../../src/propagation/mesh-propagator.js";
import { splitShared } from "../../src/tracer/shared-span.js";
import { collector } from "../kit/collector.js";
import { OTHER_SPAN_ID, OTHER_TRACE_ID } from "../kit/incoming-headers.js";
import { type DecodedSpan, decodeBatch, decodePacket } from "../kit/jaeger-thrift.js";
import { tracerFor } from "./spans.js";

const HEADERS = { "x-b3-traceid": OTHER_TRACE_ID, "x-b3-spanid": OTHER_SPAN_ID, "x-b3-sampled": "1" };

/** A request with one inner span goes through an exporter that knows nothing of shared spans. */
async function serve(exporter: SpanExporter): Promise<DeliveryReport> {
  const report = new DeliveryReport();
  const processor = new BatchProcessor({ exporter: splitShared(exporter), name: "theirs", report });
  const tracer = tracerFor(processor);
  const incoming = new MeshPropagator().extract(ROOT_CONTEXT, HEADERS);
  const server = tracer.startSpan("GET /", { kind: SpanKind.SERVER }, incoming);
  expect(server.spanContext().spanId).toBe(OTHER_SPAN_ID);
  tracer.startSpan("child", {}, trace.setSpan(incoming, server)).end();
  server.end();
  await processor.forceFlush();
  onTestFinished(() => processor.shutdown());
  return report;
}

const BOOKS = { started: 2, ended: 2, exported: 2, failed: 0, dropped: 0, queued: 0 };

function expectSplit(spans: readonly Pick<DecodedSpan, "operationName" | "spanId" | "parentSpanId">[]): void {
  const server = spans.find(({ operationName }) => operationName === "GET /");
  const child = spans.find(({ operationName }) => operationName === "child");
  expect(server?.parentSpanId).toBe(OTHER_SPAN_ID);
  expect(server?.spanId).not.toBe(OTHER_SPAN_ID);
  expect(child?.parentSpanId).toBe(server?.spanId);
}

test("OpenTelemetry's Jaeger exporter over HTTP", async () => {
  const { origin, requests } = await collector(202);
  const report = await serve(new OpenTelemetryJaegerExporter({ endpoint: `${origin}/api/traces` }));
  expect(requests).toHaveLength(1);
  expectSplit(decodeBatch(requests[0]?.body as Buffer).spans);
  expect(report.snapshot()).toEqual(BOOKS);
});

test("OpenTelemetry's Jaeger exporter over UDP", async () => {
  const agent = createSocket("udp4");
  const packets: Buffer[] = [];
  agent.on("message", (packet) => packets.push(packet));
  await new Promise<void>((resolve) => agent.bind(0, "127.0.0.1", resolve));
  onTestFinished(() => void agent.close());
  const report = await serve(new OpenTelemetryJaegerExporter({ host: "127.0.0.1", port: agent.address().port }));
  await expect.poll(() => packets.length).toBe(1);
  expectSplit(decodePacket(packets[0] as Buffer).spans);
  expect(report.snapshot()).toEqual(BOOKS);
});

test("the in-memory exporter", async () => {
  const exporter = new InMemorySpanExporter();
  const report = await serve(exporter);
  expectSplit(
    exporter.getFinishedSpans().map((span) => ({
      operationName: span.name,
      spanId: span.spanContext().spanId,
      parentSpanId: span.parentSpanContext?.spanId ?? "",
    })),
  );
  expect(report.snapshot()).toEqual(BOOKS);
});
