/**
 * `NodeSDK` of both lines with our propagator, sampler, ID generator and exporters, up to what a
 * collector receives.
 */
import { context, metrics, propagation, ROOT_CONTEXT, SpanKind, trace } from "@opentelemetry/api";
import { afterEach, describe, expect, test } from "vitest";
import { JaegerExporter } from "../../src/export/jaeger/jaeger-exporter.js";
import { ZipkinExporter } from "../../src/export/zipkin/zipkin-exporter.js";
import { MeshPropagator } from "../../src/propagation/mesh-propagator.js";
import { MeshSampler } from "../../src/sampling/mesh-sampler.js";
import { SharedSpanIdGenerator, shareSpans } from "../../src/sdk.js";
import type { SpanExporter } from "../../src/tracer/readable-span.js";
import { collector } from "../kit/collector.js";
import { OTHER_SPAN_ID, OTHER_TRACE_ID } from "../kit/incoming-headers.js";
import { decodeBatch } from "../kit/jaeger-thrift.js";
import { type NodeSdk, SDK_LINES, type SdkLine } from "./sdk-lines.js";

afterEach(() => {
  for (const api of [trace, context, propagation, metrics]) api.disable();
});

const CALLER = {
  "x-b3-traceid": OTHER_TRACE_ID,
  "x-b3-spanid": OTHER_SPAN_ID,
  "x-b3-parentspanid": "0020000000000001",
};

/**
 * Starts NodeSDK as an app does: tracers are taken before it starts, as instrumentations take
 * theirs.
 */
async function start(line: SdkLine, traceExporter: SpanExporter): Promise<NodeSdk> {
  const sdk = await line.newNodeSdk({
    serviceName: "hello",
    idGenerator: new SharedSpanIdGenerator(),
    sampler: new MeshSampler(),
    textMapPropagator: new MeshPropagator(),
    traceExporter,
  });
  sdk.start();
  expect(shareSpans(trace.getTracerProvider())).toBe(true);
  return sdk;
}

/**
 * One request as an instrumentation handles it: a SERVER span, and a call inside it. Returns the
 * call's headers.
 */
function request(headers: Record<string, string>): Record<string, string> {
  const tracer = trace.getTracer("instrumentation");
  const incoming = propagation.extract(ROOT_CONTEXT, headers);
  const server = tracer.startSpan("GET /", { kind: SpanKind.SERVER }, incoming);
  return context.with(trace.setSpan(incoming, server), () =>
    tracer.startActiveSpan("call", { kind: SpanKind.CLIENT }, (client) => {
      const sent: Record<string, string> = {};
      propagation.inject(context.active(), sent);
      client.end();
      server.end();
      return sent;
    }),
  );
}

describe.each(SDK_LINES)("NodeSDK, $name", (line) => {
  test.skipIf(!line.supported)("Zipkin: the shared span keeps its ID and is marked", async () => {
    const { origin, requests } = await collector(202);
    const sdk = await start(line, new ZipkinExporter({ url: `${origin}/api/v2/spans` }));
    const sent = request({ ...CALLER, "x-b3-sampled": "1", "x-request-id": "r-1" });
    request({ ...CALLER, "x-b3-sampled": "0" });
    await sdk.shutdown();
    const spans = requests.flatMap(({ body }) => JSON.parse(body.toString()));
    expect(spans).toHaveLength(2);
    const server = spans.find(({ kind }) => kind === "SERVER");
    const client = spans.find(({ kind }) => kind === "CLIENT");
    expect(server).toMatchObject({
      traceId: OTHER_TRACE_ID,
      id: CALLER["x-b3-spanid"],
      parentId: CALLER["x-b3-parentspanid"],
      shared: true,
      localEndpoint: { serviceName: "hello" },
    });
    expect(client).toMatchObject({ traceId: OTHER_TRACE_ID, parentId: CALLER["x-b3-spanid"] });
    expect(client.shared).toBeUndefined();
    expect(sent).toMatchObject({
      "x-b3-traceid": OTHER_TRACE_ID,
      "x-b3-spanid": client.id,
      "x-b3-parentspanid": CALLER["x-b3-spanid"],
      "x-b3-sampled": "1",
      "x-request-id": "r-1",
    });
    expect(sent).not.toHaveProperty("traceparent");
  });

  test.skipIf(!line.supported)("Jaeger: the shared span is split", async () => {
    const { origin, requests } = await collector(202);
    const sdk = await start(line, new JaegerExporter({ endpoint: origin }));
    request({ ...CALLER, "x-b3-flags": "1" });
    await sdk.shutdown();
    const batches = requests.map(({ body }) => decodeBatch(body));
    const spans = batches.flatMap((batch) => batch.spans);
    expect(batches.map(({ serviceName }) => serviceName)).toEqual(batches.map(() => "hello"));
    expect(spans).toHaveLength(2);
    const server = spans.find(({ tags }) => tags["span.kind"] === "server");
    const client = spans.find(({ tags }) => tags["span.kind"] === "client");
    expect(server).toMatchObject({ traceId: OTHER_TRACE_ID, parentSpanId: CALLER["x-b3-spanid"], flags: 3 });
    expect(server?.spanId).not.toBe(CALLER["x-b3-spanid"]);
    expect(client).toMatchObject({ traceId: OTHER_TRACE_ID, parentSpanId: server?.spanId, flags: 3 });
  });
});
