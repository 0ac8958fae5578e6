/**
 * Everything that a span can carry, read back from a real Zipkin, and from Jaeger's Zipkin port.
 */
import { randomBytes } from "node:crypto";
import { SpanKind } from "@opentelemetry/api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Backend } from "../../../../examples/laboratory/mesh/backends/backend.js";
import { startJaeger } from "../../../../examples/laboratory/mesh/backends/jaeger.js";
import { startZipkin } from "../../../../examples/laboratory/mesh/backends/zipkin.js";
import { BatchProcessor } from "../../../src/export/queue/batch-processor.js";
import { DeliveryReport } from "../../../src/export/report/span-report.js";
import { ZipkinExporter } from "../../../src/export/zipkin/zipkin-exporter.js";
import { markDebug, markShared } from "../../../src/tracer/shared-span.js";
import { exportAll } from "../export-all.js";
import { HOSTILE, type SpanParts, span, spans } from "../spans.js";
import type { ZipkinSpan } from "./zipkin-schema.js";

const newTraceId = (): string => randomBytes(16).toString("hex");

describe("Zipkin", () => {
  let zipkin: Backend;
  let origin: string;
  let exporter: ZipkinExporter;
  beforeAll(async () => {
    zipkin = await startZipkin();
    origin = `http://127.0.0.1:${zipkin.collectors.zipkin?.port}`;
    exporter = new ZipkinExporter({ url: `${origin}/api/v2/spans`, timeoutMs: 20_000 });
  });
  afterAll(async () => {
    await exporter.shutdown();
    await zipkin.stop();
  });

  async function stored(traceId: string, count: number): Promise<ZipkinSpan[]> {
    let found: ZipkinSpan[] = [];
    const read = async (): Promise<number> => {
      const response = await fetch(`${origin}/api/v2/trace/${traceId}`);
      found = response.status === 200 ? ((await response.json()) as ZipkinSpan[]) : [];
      return found.length;
    };
    await expect.poll(read, { timeout: 20_000, interval: 50 }).toBe(count);
    return found;
  }

  async function roundTrip(parts: SpanParts): Promise<ZipkinSpan> {
    const traceId = newTraceId();
    const sent = span({ ...parts, context: { ...parts.context, traceId } });
    expect(await exportAll(exporter, [sent])).toEqual({ code: 0 });
    return (await stored(traceId, 1))[0] as ZipkinSpan;
  }

  test("IDs, name, kind, times, endpoints", async () => {
    const traceId = newTraceId();
    const sent = span({
      name: "get grün \u{1F600}",
      kind: SpanKind.CLIENT,
      context: { traceId, spanId: "0123456789abcdef" },
      parentSpanContext: { traceId, spanId: "00ffeeddccbbaa99", traceFlags: 1 },
      startTime: [1_700_000_000, 123_456_000],
      duration: [0, 7_999],
      attributes: { "network.peer.address": "10.1.2.3", "network.peer.port": 9080, "server.address": "reviews" },
    });
    await exportAll(exporter, [sent]);
    const [read] = await stored(traceId, 1);
    expect(read).toMatchObject({
      traceId,
      id: "0123456789abcdef",
      parentId: "00ffeeddccbbaa99",
      name: "get grün \u{1F600}",
      kind: "CLIENT",
      timestamp: 1_700_000_000_123_456,
      duration: 7,
      localEndpoint: { serviceName: "hello.default" },
      remoteEndpoint: { serviceName: "reviews", ipv4: "10.1.2.3", port: 9080 },
    });
    expect(read?.localEndpoint.ipv4 ?? read?.localEndpoint.ipv6).toBeDefined();
    expect(read?.localEndpoint.port).toBeUndefined();
  });

  test("attributes, status, scope and resource are tags, events are annotations", async () => {
    const read = await roundTrip({
      attributes: { text: '\u{10FFFF} é \n " \\ \u0000', yes: true, int: 42, double: 0.25, texts: ["a", "b"] },
      status: { code: 2, message: "boom" },
      events: [{ name: "exception", time: [1_700_000_000, 5_000], attributes: { "exception.type": "E" } }],
    });
    expect(read.tags).toEqual({
      text: '\u{10FFFF} é \n " \\ \u0000',
      yes: "true",
      int: "42",
      double: "0.25",
      texts: '["a","b"]',
      error: "boom",
      "otel.status_code": "ERROR",
      "otel.scope.name": "scope",
      "otel.scope.version": "1.0",
      "process.pid": "7",
    });
    expect(read.annotations).toEqual([
      { timestamp: 1_700_000_000_000_005, value: '"exception": {"exception.type":"E"}' },
    ]);
  });

  test("a 64-bit trace ID stays 16 characters; shared and debug are marks", async () => {
    const low = randomBytes(8).toString("hex");
    const server = span({ kind: SpanKind.SERVER, context: { traceId: "0".repeat(16) + low, spanId: low } });
    markShared(server.spanContext(), "hello");
    markDebug(server.spanContext());
    await exportAll(exporter, [server]);
    expect(await stored(low, 1)).toMatchObject([{ traceId: low, id: low, kind: "SERVER", shared: true, debug: true }]);
  });

  test.each([60_000, 2_000_000])("a span of %i bytes", async (size) => {
    const text = "x".repeat(size);
    expect((await roundTrip({ attributes: { text } })).tags["text"]).toBe(text);
  });

  test("what OpenTelemetry does not allow is taken as well", async () => {
    const read = await roundTrip({
      attributes: HOSTILE,
      name: "\ud800",
      duration: [-1, 0],
      startTime: [Number.NaN, 0],
    });
    expect(read.tags).toMatchObject({
      nan: "NaN",
      cycle: '{"name":"cycle","self":"[circular]"}',
      surrogate: "a\ufffdb",
    });
  });

  test("10 000 spans at once", async () => {
    // Zipkin's own reading of one trace of 10 000 spans takes longer than its time limit.
    const traceIds = Array.from({ length: 100 }, newTraceId);
    const report = new DeliveryReport();
    const processor = new BatchProcessor({ exporter, name: "zipkin", report, maxQueueSize: 10_000 });
    for (const one of spans(10_000, (index) => ({ context: { traceId: traceIds[index % 100] as string } })))
      processor.onEnd(one);
    await processor.forceFlush();
    expect(report.snapshot()).toMatchObject({ ended: 10_000, exported: 10_000 });
    const ids = new Set<string>();
    for (const traceId of traceIds) for (const { id } of await stored(traceId, 100)) ids.add(id);
    expect(ids.size).toBe(10_000);
  });

  test("one bad span of a batch is found, and is lost alone", async () => {
    const traceId = newTraceId();
    const batch = spans(100, (index) => ({
      context: { traceId, ...(index === 42 ? { spanId: "0".repeat(16) } : {}) },
    }));
    const { code, error } = await exportAll(exporter, batch);
    expect({ code, failed: error?.failed }).toEqual({ code: 1, failed: 1 });
    expect(error?.message).toContain(`400 from ${origin}/api/v2/spans`);
    await stored(traceId, 99);
  });

  test.each(["/api/v1/nothing", "/spans"])("a wrong path %s is logged with the right one", async (path) => {
    const wrong = new ZipkinExporter({ url: origin + path });
    const { error } = await exportAll(wrong, [span()]);
    await wrong.shutdown();
    expect(error?.message).toContain(`404 from ${origin}${path}: Zipkin's v2 path is /api/v2/spans`);
  });
});

describe("Jaeger's Zipkin port", () => {
  let jaeger: Backend;
  beforeAll(async () => {
    jaeger = await startJaeger();
  });
  afterAll(() => jaeger.stop());

  test("takes what Zipkin takes", async () => {
    const exporter = new ZipkinExporter({ url: `http://127.0.0.1:${jaeger.collectors.zipkin?.port}/` });
    const traceId = newTraceId();
    const sent = span({ kind: SpanKind.SERVER, context: { traceId }, attributes: { int: 42 }, status: { code: 2 } });
    expect(await exportAll(exporter, [sent])).toEqual({ code: 0 });
    await exporter.shutdown();
    await expect.poll(() => jaeger.sent(traceId)).toHaveLength(1);
    const [read] = await jaeger.sent(traceId);
    expect(read).toMatchObject({ id: sent.spanContext().spanId, service: "hello.default", kind: "server" });
    expect(String(read?.tag("int"))).toBe("42");
    expect(String(read?.tag("error"))).toBe("true");
  });
});
