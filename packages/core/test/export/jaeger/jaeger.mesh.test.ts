/**
 * Everything that a span can carry, read back from a real Jaeger, over every way that leads there.
 */
import { randomBytes } from "node:crypto";
import { createTraceState, SpanKind } from "@opentelemetry/api";
import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Backend } from "../../../../examples/laboratory/mesh/backends/backend.js";
import { startJaeger } from "../../../../examples/laboratory/mesh/backends/jaeger.js";
import { JaegerExporter } from "../../../src/export/jaeger/jaeger-exporter.js";
import { otlpExporter } from "../../../src/export/otlp/otlp-exporter.js";
import { BatchProcessor } from "../../../src/export/queue/batch-processor.js";
import { DeliveryReport } from "../../../src/export/report/span-report.js";
import { markShared } from "../../../src/tracer/shared-span.js";
import { exportAll } from "../export-all.js";
import { HOSTILE, RESOURCE, type SpanParts, span, spans } from "../spans.js";

interface Tag {
  readonly key: string;
  readonly type: string;
  readonly value: unknown;
}

interface StoredSpan {
  readonly traceID: string;
  readonly spanID: string;
  readonly operationName: string;
  readonly references: readonly { readonly refType: string; readonly traceID: string; readonly spanID: string }[];
  readonly startTime: number;
  readonly duration: number;
  readonly tags: readonly Tag[];
  readonly logs: readonly { readonly timestamp: number; readonly fields: readonly Tag[] }[];
}

interface StoredTrace {
  readonly spans: readonly StoredSpan[];
  readonly processes: Readonly<Record<string, { readonly serviceName: string; readonly tags: readonly Tag[] }>>;
}

let jaeger: Backend;
beforeAll(async () => {
  jaeger = await startJaeger();
});
afterAll(() => jaeger.stop());

const port = (protocol: keyof Backend["collectors"]): number => jaeger.collectors[protocol]?.port as number;
const newTraceId = (): string => randomBytes(16).toString("hex");

const WAYS: Record<string, () => SpanExporter> = {
  "Thrift over HTTP": () => new JaegerExporter({ endpoint: `http://127.0.0.1:${port("jaegerThrift")}` }),
  "Thrift over HTTP, gzip": () =>
    new JaegerExporter({ endpoint: `http://127.0.0.1:${port("jaegerThrift")}`, compression: "gzip" }),
  "Thrift compact over UDP": () =>
    new JaegerExporter({ protocol: "udp/thrift.compact", host: "127.0.0.1", port: port("jaegerUdpCompact") }),
  "Thrift binary over UDP": () =>
    new JaegerExporter({ protocol: "udp/thrift.binary", host: "127.0.0.1", port: port("jaegerUdpBinary") }),
  "OTLP over HTTP": () => otlpExporter({ url: `http://127.0.0.1:${port("otlpHttp")}/v1/traces` }),
  "OTLP in JSON": () => otlpExporter({ protocol: "http/json", url: `http://127.0.0.1:${port("otlpHttp")}/v1/traces` }),
  "OTLP over gRPC": () => otlpExporter({ protocol: "grpc", url: `http://127.0.0.1:${port("otlpGrpc")}` }),
};

/** The trace as it was sent, when so many spans of it are there. */
async function stored(traceId: string, count: number): Promise<StoredTrace> {
  let trace: StoredTrace | undefined;
  const read = async (): Promise<number> => {
    const response = await fetch(`${jaeger.page}/traces/${traceId}?raw=true`);
    trace = ((await response.json()) as { data: StoredTrace[] | null }).data?.[0];
    return trace?.spans.length ?? 0;
  };
  await expect.poll(read, { timeout: 20_000, interval: 50 }).toBe(count);
  return trace as StoredTrace;
}

const valuesOf = (tags: readonly Tag[]): Record<string, unknown> =>
  Object.fromEntries(tags.map(({ key, value }) => [key, value]));
const typesOf = (tags: readonly Tag[]): Record<string, string> =>
  Object.fromEntries(tags.map(({ key, type }) => [key, type]));

describe.each(Object.entries(WAYS))("%s", (way, exporterOf) => {
  const thrift = way.startsWith("Thrift");
  const udp = way.endsWith("UDP");

  /** Sends one span, and reads it back. */
  async function roundTrip(parts: SpanParts): Promise<StoredSpan & { process: StoredTrace["processes"][string] }> {
    const exporter = exporterOf();
    const traceId = parts.context?.traceId ?? newTraceId();
    const sent = span({ ...parts, context: { ...parts.context, traceId } });
    expect(await exportAll(exporter, [sent])).toMatchObject({ code: 0 });
    const trace = await stored(traceId, 1);
    await exporter.shutdown();
    const [process] = Object.values(trace.processes);
    return { ...(trace.spans[0] as StoredSpan), process: process as StoredTrace["processes"][string] };
  }

  test("process, IDs, name, times, kind, scope, trace state", async () => {
    const traceId = newTraceId();
    const parentSpanContext = { traceId, spanId: "00ffeeddccbbaa99", traceFlags: 1 };
    const read = await roundTrip({
      name: "grün \u{1F600} GET /",
      kind: SpanKind.SERVER,
      context: { traceId, spanId: "0123456789abcdef", traceState: createTraceState("vendor=x") },
      parentSpanContext,
      startTime: [1_700_000_000, 123_456_000],
      duration: [0, 7_000],
    });
    expect(read).toMatchObject({
      traceID: traceId,
      spanID: "0123456789abcdef",
      operationName: "grün \u{1F600} GET /",
      references: [{ refType: "CHILD_OF", traceID: traceId, spanID: "00ffeeddccbbaa99" }],
      startTime: 1_700_000_000_123_456,
    });
    expect(valuesOf(read.tags)).toMatchObject({
      "span.kind": "server",
      "otel.scope.name": "scope",
      "otel.scope.version": "1.0",
      "w3c.tracestate": "vendor=x",
    });
    expect(read.process.serviceName).toBe(RESOURCE["service.name"]);
    expect(valuesOf(read.process.tags)).toMatchObject({ "process.pid": 7 });
    if (thrift) expect(read.duration).toBe(7);
  });

  test("every type of attribute", async () => {
    const attributes = {
      text: '\u{10FFFF} é \n " \\',
      yes: true,
      no: false,
      int: 42,
      negative: -(2 ** 40),
      double: 0.25,
      texts: ["a", "b"],
      numbers: [1, 2.5],
    };
    const { tags } = await roundTrip({ attributes });
    expect(valuesOf(tags)).toMatchObject({ ...attributes, texts: '["a","b"]', numbers: "[1,2.5]" });
    expect(typesOf(tags)).toMatchObject({ text: "string", yes: "bool", int: "int64", double: "float64" });
  });

  test("events, links, status", async () => {
    const link = { traceId: newTraceId(), spanId: "1234567890abcdef", traceFlags: 1 };
    const read = await roundTrip({
      status: { code: 2, message: "boom" },
      links: [{ context: link }],
      events: [
        { name: "exception", time: [1_700_000_000, 5_000], attributes: { "exception.message": "m", n: 1 } },
        { name: "second", time: [1_700_000_001, 0] },
      ],
    });
    expect(valuesOf(read.tags)).toMatchObject({
      error: true,
      "otel.status_code": "ERROR",
      "otel.status_description": "boom",
    });
    expect(read.references).toEqual([{ refType: "FOLLOWS_FROM", traceID: link.traceId, spanID: link.spanId }]);
    expect(read.logs.map(({ timestamp, fields }) => [timestamp, valuesOf(fields)])).toEqual([
      [1_700_000_000_000_005, { event: "exception", "exception.message": "m", n: 1 }],
      [1_700_000_001_000_000, { event: "second" }],
    ]);
  });

  test("a 64-bit trace ID, and a shared span with its child", async () => {
    const low = randomBytes(8).toString("hex");
    const context = { traceId: "0".repeat(16) + low };
    const server = span({ kind: SpanKind.SERVER, context: { ...context, spanId: "aaaaaaaaaaaaaaaa" } });
    markShared(server.spanContext(), "hello");
    const child = span({ context, parentSpanContext: server.spanContext() });
    const exporter = exporterOf();
    await exportAll(exporter, [child, server]);
    const trace = await stored(low, 2);
    await exporter.shutdown();
    const parentOf = (id: string | undefined): string | undefined =>
      trace.spans.find(({ spanID }) => spanID === id)?.references[0]?.spanID;
    const ownId = parentOf(child.spanContext().spanId);
    expect(ownId).toBeDefined();
    expect(ownId).not.toBe("aaaaaaaaaaaaaaaa");
    expect(parentOf(ownId)).toBe("aaaaaaaaaaaaaaaa");
  });

  test("a span of 60 KB", async () => {
    const text = "x".repeat(60_000);
    expect(valuesOf((await roundTrip({ attributes: { text } })).tags)["text"]).toBe(text);
  });

  const tooLarge = async (): Promise<void> => {
    const traceId = newTraceId();
    const large = { attributes: { text: "x".repeat(2_000_000) } };
    const batch = spans(3, (index) => ({ context: { traceId }, ...(index === 1 ? large : {}) }));
    const exporter = exporterOf();
    const { code, error } = await exportAll(exporter, batch);
    expect({ code, failed: error?.failed }).toEqual({ code: 1, failed: 1 });
    await stored(traceId, 2);
    await exporter.shutdown();
  };
  if (udp) test("a span of 2 MB is lost alone, and counted", tooLarge);
  else {
    test("a span of 2 MB", async () => {
      const text = "ü".repeat(1_000_000);
      expect(valuesOf((await roundTrip({ attributes: { text } })).tags)["text"]).toBe(text);
    });
  }

  // Those of others are encoded by others.
  if (thrift) {
    test("what OpenTelemetry does not allow can be read back as well", async () => {
      const read = await roundTrip({ attributes: HOSTILE, name: "\ud800", duration: [-1, 0] });
      expect(valuesOf(read.tags)).toMatchObject({ nan: "NaN", cycle: '{"name":"cycle","self":"[circular]"}' });
    });
  }

  // UDP may lose on a machine where Jaeger gets no turn for tens of milliseconds; without rests it
  // does so each time.
  test("10 000 spans at once", { retry: udp ? 2 : 0 }, async () => {
    const traceId = newTraceId();
    const report = new DeliveryReport();
    const processor = new BatchProcessor({ exporter: exporterOf(), name: way, report, maxQueueSize: 10_000 });
    const attributes = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`key.${index}`, `value ${index}`]));
    const sent: ReadableSpan[] = spans(10_000, () => ({ context: { traceId }, attributes }));
    for (const one of sent) processor.onEnd(one);
    await processor.shutdown();
    expect(report.snapshot()).toMatchObject({ ended: 10_000, exported: 10_000 });
    const trace = await stored(traceId, 10_000);
    expect(new Set(trace.spans.map(({ spanID }) => spanID)).size).toBe(10_000);
  });
});
