/**
 * The shared span in providers of OpenTelemetry's SDK: IDs, marks and headers, as our own tracer
 * has them.
 */
import {
  type Context,
  context as contextApi,
  DiagLogLevel,
  diag,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  TraceFlags,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { MeshPropagator } from "../../src/propagation/mesh-propagator.js";
import { nonRecordingRole } from "../../src/propagation/non-recording-span.js";
import { suppressTracing } from "../../src/propagation/suppress-tracing.js";
import { forwardOnly, startServerSpan } from "../../src/runtime/server-span.js";
import { localSampler, MeshSampler, type SamplerSetting } from "../../src/sampling/mesh-sampler.js";
import { RECORD_AND_SAMPLED, type Sampler } from "../../src/sampling/sampler.js";
import { SharedSpanIdGenerator, shareSpans, splitShared } from "../../src/sdk.js";
import type { SpanProcessor } from "../../src/tracer/readable-span.js";
import { isDebug, isShared } from "../../src/tracer/shared-span.js";
import { captureLog } from "../kit/captured-log.js";
import type { Readable } from "../spans.js";
import { vectors } from "../vectors.js";
import { type ProviderOptions, SDK_LINES, type Sdk, type SdkProvider } from "./sdk-lines.js";

let logged: string[] = [];
beforeAll(() => {
  contextApi.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  logged = captureLog(DiagLogLevel.WARN);
});
afterAll(() => {
  contextApi.disable();
  diag.disable();
});
afterEach(() => trace.disable());

const propagator = new MeshPropagator();
const hex = (value: number, width: number): string => value.toString(16).padStart(width, "0");
const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const INCOMING = { "x-b3-traceid": hex(5, 32), "x-b3-spanid": hex(6, 16), "x-b3-sampled": "1" };
const { "x-b3-sampled": _, ...DEFERRED } = INCOMING;
const incoming = (headers: object): Context => propagator.extract(ROOT_CONTEXT, headers);
const SERVER = { kind: SpanKind.SERVER };

function inject(span: Span, context: Context): Record<string, string> {
  const headers: Record<string, string> = {};
  propagator.inject(trace.setSpan(context, span), headers);
  return headers;
}

describe.each(SDK_LINES)("$name", (line) => {
  describe.skipIf(!line.supported)("a provider whose spans are shared", () => {
    let sdk: Sdk;
    beforeAll(async () => {
      sdk = await line.load();
    });

    function sharing(
      options: ProviderOptions = {},
      local: SamplerSetting = "always_on",
      debugPerSecond = 10,
    ): SdkProvider {
      const sampler = new MeshSampler(localSampler(local), debugPerSecond);
      const provider = sdk.newProvider({ idGenerator: new SharedSpanIdGenerator(), sampler, ...options });
      expect(shareSpans(provider)).toBe(true);
      return provider;
    }
    const tracerOf = (...args: Parameters<typeof sharing>): Tracer => sharing(...args).getTracer("test");

    interface Row {
      name: string;
      mode: "join" | "child";
      headers: Record<string, string>;
      serverSpan: {
        kind?: string;
        traceId: string;
        id: string;
        parentId?: string | null;
        shared?: boolean;
        debug?: boolean;
        recorded?: boolean;
      };
      clientChildHeaders: { spanId?: string; parentId?: string; sampled?: string; flags?: string };
    }
    const rows = vectors<Row>("b3-join.json").filter(({ mode }) => mode === "join");

    test.each(rows)("$name", ({ headers, serverSpan, clientChildHeaders: call }) => {
      // Where the mesh has not decided, the row's outcome is the local sampler's decision.
      const no = serverSpan.recorded === false && headers["x-b3-sampled"] === undefined;
      const tracer = tracerOf({}, no ? "always_off" : "always_on");
      const context = incoming(headers);
      const kind = serverSpan.kind === "CONSUMER" ? SpanKind.CONSUMER : SpanKind.SERVER;
      const span = tracer.startSpan("server", { kind }, context) as Readable;
      const { traceId, spanId } = span.spanContext();
      expect(traceId).toBe(serverSpan.traceId);
      if (serverSpan.id === "<new>") expect(spanId).not.toBe(headers["x-b3-spanid"]);
      else expect(spanId).toBe(serverSpan.id);
      if (serverSpan.parentId !== undefined) expect(span.parentSpanContext?.spanId ?? null).toBe(serverSpan.parentId);
      if (serverSpan.recorded !== undefined) expect(span.isRecording()).toBe(serverSpan.recorded);
      if (serverSpan.shared !== undefined) expect(isShared(span)).toBe(serverSpan.shared);
      if (serverSpan.debug !== undefined) expect(isDebug(span)).toBe(serverSpan.debug);

      const inside = trace.setSpan(context, span);
      const client = tracer.startSpan("client", { kind: SpanKind.CLIENT }, inside);
      const sent = inject(client, inside);
      if (call.spanId) expect(sent["x-b3-spanid"]).not.toBe(spanId);
      if (call.parentId)
        expect(sent["x-b3-parentspanid"]).toBe(call.parentId === "<server id>" ? spanId : call.parentId);
      if (call.sampled) expect(sent["x-b3-sampled"]).toBe(call.sampled);
      if (call.flags) expect(sent["x-b3-flags"]).toBe(call.flags);
    });

    test("1 000 interleaved requests of every sampling state: no ID in a wrong place", async () => {
      const tracer = tracerOf();
      const kinds = [
        { headers: { "x-b3-sampled": "1" }, recorded: true, shared: true, debug: false, sampled: "1" },
        { headers: { "x-b3-sampled": "0" }, recorded: false, shared: false, debug: false, sampled: "0" },
        { headers: {}, recorded: true, shared: false, debug: false, sampled: "1" },
        {
          headers: { "x-b3-flags": "1", "x-b3-sampled": "1" },
          recorded: true,
          shared: true,
          debug: true,
          sampled: "1",
        },
      ] as const;
      const own = new Set<string>();
      const request = async (index: number): Promise<void> => {
        const kind = kinds[index % kinds.length] as (typeof kinds)[number];
        const [traceId, spanId, parentId] = [hex(index + 1, 32), hex(index + 1, 16), hex(index + 1_000_001, 16)];
        const ids = { "x-b3-traceid": traceId, "x-b3-spanid": spanId, "x-b3-parentspanid": parentId };
        const context = incoming({ ...ids, ...kind.headers });
        await tick();
        if (index % 7 === 0) {
          expect(tracer.startSpan("suppressed", SERVER, suppressTracing(context)).isRecording()).toBe(false);
        }
        const server = tracer.startSpan("server", SERVER, context) as Readable;
        await contextApi.with(trace.setSpan(context, server), async () => {
          await tick();
          expect(server.spanContext()).toMatchObject({ traceId, spanId });
          expect(server.parentSpanContext?.spanId).toBe(parentId);
          expect([server.isRecording(), isShared(server), isDebug(server)]).toEqual([
            kind.recorded,
            kind.shared,
            kind.debug,
          ]);
          await tracer.startActiveSpan("client", { kind: SpanKind.CLIENT }, async (client) => {
            await tick();
            own.add(client.spanContext().spanId);
            const sent = inject(client, contextApi.active());
            expect(sent).toMatchObject({
              "x-b3-traceid": traceId.slice(16),
              "x-b3-spanid": client.spanContext().spanId,
              "x-b3-parentspanid": spanId,
              "x-b3-sampled": kind.sampled,
            });
            expect(sent["x-b3-flags"]).toBe(kind.debug ? "1" : undefined);
          });
        });
      };
      await Promise.all(Array.from({ length: 1000 }, (_, index) => request(index)));
      expect(own.size).toBe(1000);
      for (let index = 0; index < 1000; index += 1) expect(own.has(hex(index + 1, 16))).toBe(false);
    });

    test.each(["a sampler", "onStart"])("spans that start inside %s keep their own IDs", (where) => {
      const nested: Readable[] = [];
      let started = false;
      const start = (): void => {
        if (started) return;
        started = true;
        nested.push(tracer.startSpan("a root", { root: true }, ROOT_CONTEXT) as Readable);
        const other = incoming({ ...INCOMING, "x-b3-traceid": hex(50, 32), "x-b3-spanid": hex(60, 16) });
        nested.push(tracer.startSpan("joins too", SERVER, other) as Readable);
      };
      const local: Sampler = {
        shouldSample() {
          if (where === "a sampler") start();
          return { decision: RECORD_AND_SAMPLED };
        },
        toString: () => "starts spans",
      };
      const onStart = (): void => {
        if (where === "onStart") start();
      };
      const processor: SpanProcessor = { onStart, onEnd() {}, forceFlush: async () => {}, shutdown: async () => {} };
      const tracer = tracerOf({ spanProcessors: [processor] }, local);
      const outer = tracer.startSpan("outer", SERVER, incoming(DEFERRED));
      expect(outer.spanContext()).toMatchObject({ traceId: hex(5, 32), spanId: hex(6, 16) });
      const [root, joined] = nested as [Readable, Readable];
      expect(joined.spanContext()).toMatchObject({ traceId: hex(50, 32), spanId: hex(60, 16) });
      expect(isShared(joined)).toBe(true);
      expect([hex(6, 16), hex(60, 16)]).not.toContain(root.spanContext().spanId);
      expect([hex(5, 32), hex(50, 32)]).not.toContain(root.spanContext().traceId);
    });

    test("what a sampler or processor throws leaves no ID behind", () => {
      let broken = true;
      const sampler: Sampler = {
        shouldSample() {
          if (broken) throw new Error("broken");
          return { decision: RECORD_AND_SAMPLED };
        },
        toString: () => "broken",
      };
      const tracer = tracerOf({ sampler });
      expect(() => tracer.startSpan("server", SERVER, incoming(INCOMING))).toThrow("broken");
      broken = false;
      const next = tracer.startSpan("next", {}, ROOT_CONTEXT);
      expect(next.spanContext().spanId).not.toBe(hex(6, 16));
      expect(next.spanContext().traceId).not.toBe(hex(5, 32));
    });

    test("another ID generator makes the IDs of spans that do not join", () => {
      let count = 0;
      const next = (width: number) => (): string => {
        count += 1;
        return hex(count, width);
      };
      const random = { generateSpanId: next(16), generateTraceId: next(32) };
      const tracer = tracerOf({ idGenerator: new SharedSpanIdGenerator(random) });
      const before = count;
      expect(tracer.startSpan("server", SERVER, incoming(INCOMING)).spanContext().spanId).toBe(hex(6, 16));
      expect(count).toBe(before);
      const root = tracer.startSpan("root", {}, ROOT_CONTEXT).spanContext();
      expect([root.spanId, root.traceId]).toEqual([hex(before + 1, 16), hex(before + 2, 32)]);
    });

    test("a decision without IDs is obeyed by a new trace", () => {
      for (const [headers, recorded] of [
        [{ b3: "0" }, false],
        [{ "x-b3-sampled": "1" }, true],
        [{ "x-b3-flags": "1" }, true],
      ] as const) {
        const tracer = tracerOf({}, recorded ? "always_off" : "always_on");
        for (const root of [false, true]) {
          const span = tracer.startSpan("server", { ...SERVER, root }, incoming(headers));
          expect(span.isRecording()).toBe(recorded);
          const { traceId, spanId } = span.spanContext();
          expect(inject(span, incoming(headers))).toMatchObject({
            "x-b3-traceid": traceId,
            "x-b3-spanid": spanId,
            "x-b3-sampled": recorded ? "1" : "0",
          });
        }
      }
    });

    test("debug against the mesh's no is throttled", () => {
      const tracer = tracerOf({}, "always_on", 2);
      const recorded = [1, 2, 3, 4].map((index) => {
        const headers = { ...INCOMING, "x-b3-traceid": hex(index, 32), "x-b3-flags": "1", "x-b3-sampled": "0" };
        return tracer.startSpan("server", SERVER, incoming(headers)).isRecording();
      });
      expect(recorded).toEqual([true, true, false, false]);
    });

    test("a local parent is followed and not joined, and a forwarded request has no span", () => {
      const tracer = tracerOf({}, "always_off");
      const parent = { traceId: hex(5, 32), spanId: hex(6, 16), traceFlags: TraceFlags.SAMPLED };
      const span = tracer.startSpan("server", SERVER, trace.setSpanContext(ROOT_CONTEXT, parent)) as Readable;
      expect(span.isRecording()).toBe(true);
      expect(span.spanContext().spanId).not.toBe(parent.spanId);
      expect(span.parentSpanContext?.spanId).toBe(parent.spanId);
      const forwarded = forwardOnly(incoming({ ...INCOMING, "x-request-id": "A-b" }));
      const none = tracer.startSpan("call", { kind: SpanKind.CLIENT }, forwarded);
      expect(nonRecordingRole(none)).toBe("forwarded");
      expect(inject(none, forwarded)).toMatchObject({ "x-b3-spanid": hex(6, 16), "x-request-id": "A-b" });
    });

    test("a request joins once: the SERVER span of a second instrumentation is a child of the first", () => {
      const provider = sharing();
      const context = incoming(INCOMING);
      const first = provider.getTracer("http").startSpan("first", SERVER, context) as Readable;
      const second = contextApi.with(trace.setSpan(context, first), () =>
        provider.getTracer("framework").startSpan("second", SERVER, incoming(INCOMING)),
      ) as Readable;
      expect(first.spanContext().spanId).toBe(hex(6, 16));
      expect(second.spanContext().spanId).not.toBe(hex(6, 16));
      expect(second.parentSpanContext?.spanId).toBe(hex(6, 16));
      expect([isShared(first), isShared(second)]).toEqual([true, false]);
    });

    test("adapters join without a warning", () => {
      const before = [...logged];
      const span = startServerSpan(tracerOf(), "GET", {}, incoming(INCOMING)) as Readable;
      expect(span.spanContext().spanId).toBe(hex(6, 16));
      expect(span.kind).toBe(SpanKind.SERVER);
      expect(logged).toEqual(before);
    });

    test("OpenTelemetry's parent-based sampler follows the mesh's yes and no", () => {
      const sampler = sdk.newParentBasedSampler(localSampler("always_off"));
      const tracer = tracerOf({ sampler });
      const parent = { "x-b3-parentspanid": hex(7, 16) };
      const recorded = (headers: object): boolean =>
        tracer.startSpan("server", SERVER, incoming({ ...parent, ...headers })).isRecording();
      expect(recorded(INCOMING)).toBe(true);
      expect(recorded({ ...INCOMING, "x-b3-sampled": "0" })).toBe(false);
      expect(recorded(DEFERRED)).toBe(true);
    });

    test("split: exporters without shared spans get a new ID under the shared one, and the children follow it", () => {
      const memory = sdk.newInMemoryExporter();
      const tracer = tracerOf({ spanProcessors: [sdk.newSimpleProcessor(splitShared(memory))] });
      const context = incoming(INCOMING);
      const server = tracer.startSpan("server", SERVER, context);
      tracer.startSpan("child", {}, trace.setSpan(context, server)).end();
      server.end();
      const [child, split] = memory.getFinishedSpans() as [Readable, Readable];
      expect(split.spanContext().spanId).not.toBe(hex(6, 16));
      expect(split.parentSpanContext?.spanId).toBe(hex(6, 16));
      expect(child.parentSpanContext?.spanId).toBe(split.spanContext().spanId);
      expect(server.spanContext().spanId).toBe(hex(6, 16));
    });

    test("sharing twice is sharing once, and getTracer still returns one tracer for a scope", () => {
      const provider = sharing();
      const { getTracer } = provider;
      expect(shareSpans(provider)).toBe(true);
      expect(provider.getTracer).toBe(getTracer);
      const tracer = provider.getTracer("a", "1", { schemaUrl: "https://example.com" });
      expect(provider.getTracer("a", "1", { schemaUrl: "https://example.com" })).toBe(tracer);
      expect((tracer as unknown as { instrumentationScope: object }).instrumentationScope).toEqual({
        name: "a",
        version: "1",
        schemaUrl: "https://example.com",
      });
    });

    test("through the API's proxy, also for tracers that were taken before the provider was registered", () => {
      const early = trace.getTracer("early");
      const provider = sdk.newProvider({ idGenerator: new SharedSpanIdGenerator(), sampler: new MeshSampler() });
      trace.setGlobalTracerProvider(provider);
      expect(shareSpans(trace.getTracerProvider())).toBe(true);
      for (const tracer of [early, trace.getTracer("late")]) {
        expect(tracer.startSpan("server", SERVER, incoming(INCOMING)).spanContext().spanId).toBe(hex(6, 16));
      }
    });

    test("preparing a provider asks no sampler and starts no span", () => {
      const requested: string[] = [];
      const sampler: Sampler = {
        shouldSample(_context, _traceId, name) {
          requested.push(name);
          return { decision: RECORD_AND_SAMPLED };
        },
        toString: () => "counts",
      };
      const note = (span: { name: string }): void => void requested.push(span.name);
      const processor = { onStart: note, onEnd: note, forceFlush: async () => {}, shutdown: async () => {} };
      sharing({ sampler, spanProcessors: [processor] });
      expect(requested).toEqual([]);
    });

    test("a provider without the ID generator makes children, which is logged", () => {
      const provider = sdk.newProvider({ sampler: new MeshSampler() });
      expect(shareSpans(provider)).toBe(false);
      const span = provider.getTracer("test").startSpan("server", SERVER, incoming(INCOMING)) as Readable;
      expect(span.spanContext().spanId).not.toBe(hex(6, 16));
      expect(span.parentSpanContext?.spanId).toBe(hex(6, 16));
    });
  });
});

test.each([
  ["no provider is registered", () => trace.getTracerProvider()],
  ["an object that is no provider", () => ({}) as never],
  ["nothing", () => undefined as never],
  ["a provider that throws", () => ({ getTracer: () => expect.fail("broken") })],
])("what cannot share is left as it is: %s", (_name, provider) => {
  expect(shareSpans(provider())).toBe(false);
});

test("that spans cannot be shared is logged once", () => {
  expect(logged.filter((line) => line.includes("shareSpans"))).toEqual([
    expect.stringContaining("idGenerator: new SharedSpanIdGenerator()"),
  ]);
});
