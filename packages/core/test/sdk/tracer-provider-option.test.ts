/**
 * `initTracing({ tracerProvider })`: adapters record into a provider that the app built with
 * OpenTelemetry's SDK.
 */
import {
  type Context,
  context,
  DiagLogLevel,
  defaultTextMapGetter,
  defaultTextMapSetter,
  diag,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  trace,
} from "@opentelemetry/api";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { adapterTracing, startServerSpan } from "../../src/adapter.js";
import {
  initTracing,
  JaegerExporter,
  MeshSampler,
  type Tracing,
  type TracingOptions,
  ZipkinExporter,
} from "../../src/index.js";
import { SharedSpanIdGenerator, splitShared } from "../../src/sdk.js";
import { captureLog } from "../kit/captured-log.js";
import { collector } from "../kit/collector.js";
import { OTHER_SPAN_ID, OTHER_TRACE_ID } from "../kit/incoming-headers.js";
import { decodeBatch } from "../kit/jaeger-thrift.js";
import { SDK_LINES } from "./sdk-lines.js";

const CALLER = {
  "x-b3-traceid": OTHER_TRACE_ID,
  "x-b3-spanid": OTHER_SPAN_ID,
  "x-b3-parentspanid": "0020000000000001",
  "x-b3-sampled": "1",
  "x-request-id": "r-1",
};

let logged: string[] = [];
beforeEach(() => {
  logged = captureLog(DiagLogLevel.WARN);
});
afterEach(() => {
  for (const api of [trace, context, propagation, diag]) api.disable();
});

function start(options: TracingOptions): Tracing {
  const tracing = initTracing({ shutdown: false, ...options });
  onTestFinished(async () => void (await tracing.shutdown()));
  return tracing;
}

/** Handles one request as an adapter does. Returns the headers of a call inside it. */
function request(headers: Record<string, string>): Record<string, string> {
  const { propagator, tracer, contexts, enabled } = adapterTracing();
  expect(enabled).toBe(true);
  const incoming = propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
  const server = startServerSpan(tracer, "GET /", {}, incoming);
  return contexts.with(trace.setSpan(incoming, server), () => {
    const client = tracer.startSpan("GET", { kind: SpanKind.CLIENT }, contexts.active());
    const sent: Record<string, string> = {};
    propagator.inject(trace.setSpan(contexts.active(), client), sent, defaultTextMapSetter);
    client.end();
    server.end();
    return sent;
  });
}

describe.each(SDK_LINES)("$name", (line) => {
  describe.skipIf(!line.supported)("initTracing({ tracerProvider })", () => {
    const sharing = (): object => ({ idGenerator: new SharedSpanIdGenerator(), sampler: new MeshSampler() });

    test("a shared span reaches Zipkin, and a call carries the whole header set", async () => {
      const { origin, requests } = await collector(202);
      const sdk = await line.load();
      const exporter = new ZipkinExporter({ url: `${origin}/api/v2/spans`, serviceName: "hello" });
      const provider = sdk.newProvider({ ...sharing(), spanProcessors: [sdk.newBatchProcessor(exporter)] });
      const { config } = start({ tracerProvider: provider });
      const sent = request(CALLER);
      await provider.shutdown();
      const spans = requests.flatMap(({ body }) => JSON.parse(body.toString()));
      const [client, server] = ["CLIENT", "SERVER"].map((kind) => spans.find((span) => span.kind === kind));
      expect(spans).toHaveLength(2);
      expect(server).toMatchObject({ traceId: OTHER_TRACE_ID, id: CALLER["x-b3-spanid"], shared: true });
      expect(server.parentId).toBe(CALLER["x-b3-parentspanid"]);
      expect(client).toMatchObject({ traceId: OTHER_TRACE_ID, parentId: CALLER["x-b3-spanid"] });
      expect(sent).toEqual({
        "x-b3-traceid": OTHER_TRACE_ID,
        "x-b3-spanid": client.id,
        "x-b3-parentspanid": CALLER["x-b3-spanid"],
        "x-b3-sampled": "1",
        "x-request-id": "r-1",
      });
      expect(config["tracerProvider"]?.source).toBe("option");
      expect(logged).toEqual([]);
    });

    test("Jaeger gets it split, as every other exporter behind splitShared", async () => {
      const { origin, requests } = await collector(202);
      const sdk = await line.load();
      const memory = sdk.newInMemoryExporter();
      const jaeger = new JaegerExporter({ endpoint: origin });
      const spanProcessors = [sdk.newBatchProcessor(jaeger), sdk.newSimpleProcessor(splitShared(memory))];
      const provider = sdk.newProvider({ ...sharing(), spanProcessors });
      start({ tracerProvider: provider });
      request(CALLER);
      await provider.forceFlush();
      const spans = requests.flatMap(({ body }) => decodeBatch(body).spans);
      const server = spans.find(({ tags }) => tags["span.kind"] === "server");
      expect(server).toMatchObject({ traceId: OTHER_TRACE_ID, parentSpanId: CALLER["x-b3-spanid"] });
      expect(server?.spanId).not.toBe(CALLER["x-b3-spanid"]);
      const exported = memory.getFinishedSpans().map((span) => span.spanContext().spanId);
      expect(new Set(exported)).toEqual(new Set(spans.map(({ spanId }) => spanId)));
      await provider.shutdown();
    });

    test("what the app registered stays, and nothing is registered twice", async () => {
      const textMapPropagator = { inject() {}, extract: (args: Context) => args, fields: () => ["the app's"] };
      const sdk = await line.load();
      const spanProcessors = [sdk.newSimpleProcessor(sdk.newInMemoryExporter())];
      const nodeSdk = await line.newNodeSdk({ ...sharing(), textMapPropagator, spanProcessors });
      nodeSdk.start();
      start({ tracerProvider: trace.getTracerProvider() });
      expect(request(CALLER)).toMatchObject({ "x-b3-parentspanid": CALLER["x-b3-spanid"] });
      expect(propagation.fields()).toEqual(["the app's"]);
      expect(logged).toEqual([]);
      await nodeSdk.shutdown();
    });

    test("what the app did not register is registered: tracer provider, context manager, propagator", async () => {
      const sdk = await line.load();
      const memory = sdk.newInMemoryExporter();
      const provider = sdk.newProvider({ ...sharing(), spanProcessors: [sdk.newSimpleProcessor(memory)] });
      start({ tracerProvider: provider });
      const incoming = propagation.extract(ROOT_CONTEXT, CALLER);
      trace.getTracer("library").startActiveSpan("server", { kind: SpanKind.SERVER }, incoming, (span) => {
        expect(trace.getActiveSpan()).toBe(span);
        span.end();
      });
      expect(memory.getFinishedSpans().map((span) => span.spanContext().spanId)).toEqual([CALLER["x-b3-spanid"]]);
    });

    test("without the ID generator spans are children, and that is logged", async () => {
      const sdk = await line.load();
      const memory = sdk.newInMemoryExporter();
      const provider = sdk.newProvider({ spanProcessors: [sdk.newSimpleProcessor(memory)] });
      start({ tracerProvider: provider });
      request(CALLER);
      const server = memory.getFinishedSpans().find(({ kind }) => kind === SpanKind.SERVER);
      expect(server?.spanContext().spanId).not.toBe(CALLER["x-b3-spanid"]);
      expect(server?.parentSpanContext?.spanId).toBe(CALLER["x-b3-spanid"]);
    });

    test("after shutdown() adapters forward, and the app's provider lives on", async () => {
      const sdk = await line.load();
      const memory = sdk.newInMemoryExporter();
      const provider = sdk.newProvider({ ...sharing(), spanProcessors: [sdk.newSimpleProcessor(memory)] });
      await start({ tracerProvider: provider }).shutdown();
      expect(adapterTracing().enabled).toBe(false);
      provider.getTracer("app").startSpan("job").end();
      expect(memory.getFinishedSpans()).toHaveLength(1);
    });
  });
});

test("options of the spans that another provider makes are mistakes", () => {
  const tracerProvider = trace.getTracerProvider();
  for (const options of [{ sampler: "always_on" }, { exporter: "zipkin" }, { batch: {} }] as const) {
    const mistakes = { tracerProvider, ...options, ...("batch" in options ? { batch: { maxQueueSize: 9 } } : {}) };
    expect(() => initTracing(mistakes)).toThrow(/has no effect with tracerProvider/);
  }
});
