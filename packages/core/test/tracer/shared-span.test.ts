/** The shared span under load and in the corners: no ID where it does not belong. */
import {
  type Context,
  context as contextApi,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  TraceFlags,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { suppressTracing } from "@opentelemetry/core";
import { type Sampler, SamplingDecision, type SpanProcessor } from "@opentelemetry/sdk-trace-node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { MeshPropagator } from "../../src/propagation/mesh-propagator.js";
import type { SamplerSetting } from "../../src/sampling/mesh-sampler.js";
import { isDebug, isShared, markShared, splitSpanId } from "../../src/tracer/shared-span.js";
import { SPAN_ID } from "../kit/incoming-headers.js";
import { createProvider, type ProviderParts } from "../provider.js";
import type { Readable } from "../spans.js";

beforeAll(() => void contextApi.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
afterAll(() => contextApi.disable());

const propagator = new MeshPropagator();
const hex = (value: number, width: number): string => value.toString(16).padStart(width, "0");
const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function tracerOf(overrides: ProviderParts = {}, local: SamplerSetting = "always_on"): Tracer {
  return createProvider({ local, ...overrides }).getTracer("test");
}

function inject(span: Span, context: Context): Record<string, string> {
  const headers: Record<string, string> = {};
  propagator.inject(trace.setSpan(context, span), headers);
  return headers;
}

/** What a request brings, and what must become of it. */
const KINDS = [
  { name: "accepted", headers: { "x-b3-sampled": "1" }, recorded: true, shared: true, debug: false, sampled: "1" },
  { name: "unsampled", headers: { "x-b3-sampled": "0" }, recorded: false, shared: false, debug: false, sampled: "0" },
  { name: "deferred", headers: {}, recorded: true, shared: false, debug: false, sampled: "1" },
  {
    name: "debugged",
    headers: { "x-b3-flags": "1", "x-b3-sampled": "1" },
    recorded: true,
    shared: true,
    debug: true,
    sampled: "1",
  },
] as const;

test("5 000 interleaved requests, accepted, unsampled, deferred, debugged and suppressed: no ID in a wrong place", async () => {
  const tracer = tracerOf();
  const own = new Set<string>();
  const request = async (index: number): Promise<void> => {
    const kind = KINDS[index % KINDS.length] as (typeof KINDS)[number];
    const suppressed = index % 7 === 0;
    const [traceId, spanId, parentId] = [hex(index + 1, 32), hex(index + 1, 16), hex(index + 1_000_001, 16)];
    const ids = { "x-b3-traceid": traceId, "x-b3-spanid": spanId, "x-b3-parentspanid": parentId };
    const incoming = propagator.extract(ROOT_CONTEXT, { ...ids, ...kind.headers });
    await tick();
    if (suppressed) {
      const none = tracer.startSpan("quiet", { kind: SpanKind.SERVER }, suppressTracing(incoming));
      expect(none.isRecording()).toBe(false);
    }
    const server = tracer.startSpan("server", { kind: SpanKind.SERVER }, incoming) as Readable;
    await contextApi.with(trace.setSpan(incoming, server), async () => {
      await tick();
      expect(trace.getActiveSpan()?.spanContext()).toMatchObject({ traceId, spanId });
      expect(server.parentSpanContext?.spanId).toBe(parentId);
      expect(server.isRecording()).toBe(kind.recorded);
      expect(isShared(server)).toBe(kind.shared);
      expect(isDebug(server)).toBe(kind.debug);
      await tracer.startActiveSpan("client", { kind: SpanKind.CLIENT }, async (client) => {
        await tick();
        const mine = client.spanContext();
        expect(mine.traceId).toBe(traceId);
        expect((client as Readable).parentSpanContext?.spanId).toBe(spanId);
        expect(isShared(client as Readable)).toBe(false);
        own.add(mine.spanId);
        const sent = inject(client, contextApi.active());
        expect(sent).toMatchObject({
          "x-b3-traceid": traceId.slice(16),
          "x-b3-spanid": mine.spanId,
          "x-b3-parentspanid": spanId,
          "x-b3-sampled": kind.sampled,
        });
        expect(sent["x-b3-flags"]).toBe(kind.debug ? "1" : undefined);
      });
    });
  };
  await Promise.all(Array.from({ length: 5000 }, (_, index) => request(index)));
  expect(own.size).toBe(5000);
  for (let index = 0; index < 5000; index += 1) expect(own.has(hex(index + 1, 16))).toBe(false);
});

const INCOMING = { "x-b3-traceid": hex(5, 32), "x-b3-spanid": hex(6, 16), "x-b3-sampled": "1" };
const incoming = (headers: object): Context => propagator.extract(ROOT_CONTEXT, headers);

test.each(["a sampler", "onStart"])("requests that begin inside %s keep their own IDs", (where) => {
  const nested: Readable[] = [];
  let begun = false;
  const start = (): void => {
    if (begun) return;
    begun = true;
    nested.push(tracer.startSpan("a root", { root: true }, ROOT_CONTEXT) as Readable);
    const other = incoming({ ...INCOMING, "x-b3-traceid": hex(50, 32), "x-b3-spanid": hex(60, 16) });
    nested.push(tracer.startSpan("joins too", { kind: SpanKind.SERVER }, other) as Readable);
  };
  const sampler: Sampler = {
    shouldSample() {
      if (where === "a sampler") start();
      return { decision: SamplingDecision.RECORD_AND_SAMPLED };
    },
    toString: () => "starts spans",
  };
  const onStart = (): void => {
    if (where === "onStart") start();
  };
  const processor: SpanProcessor = { onStart, onEnd() {}, forceFlush: async () => {}, shutdown: async () => {} };
  const tracer = tracerOf({ sampler, processors: [processor] });
  const { "x-b3-sampled": _, ...deferred } = INCOMING;
  const outer = tracer.startSpan("outer", { kind: SpanKind.SERVER }, incoming(deferred));
  expect(outer.spanContext()).toMatchObject({ traceId: hex(5, 32), spanId: hex(6, 16) });
  const [root, joined] = nested as [Readable, Readable];
  expect(joined.spanContext()).toMatchObject({ traceId: hex(50, 32), spanId: hex(60, 16) });
  expect(isShared(joined)).toBe(true);
  expect([hex(6, 16), hex(60, 16)]).not.toContain(root.spanContext().spanId);
  expect([hex(5, 32), hex(50, 32)]).not.toContain(root.spanContext().traceId);
});

test("a sampler that throws is a no, logged once, and no other span takes its request's ID", () => {
  const sampler: Sampler = {
    shouldSample() {
      throw new Error("broken");
    },
    toString: () => "broken",
  };
  const tracer = tracerOf({ sampler });
  const { "x-b3-sampled": _, ...deferred } = INCOMING;
  const server = tracer.startSpan("server", { kind: SpanKind.SERVER }, incoming(deferred));
  expect(server.isRecording()).toBe(false);
  expect(server.spanContext().spanId).toBe(hex(6, 16));
  const next = tracer.startSpan("next", {}, incoming({ "x-b3-sampled": "1" }));
  expect(next.isRecording()).toBe(true);
  expect(next.spanContext().spanId).not.toBe(hex(6, 16));
});

test("a new trace inside a request: the local sampler decides, not the caller's decision for the caller's trace", () => {
  const unsampled = incoming({ ...INCOMING, "x-b3-sampled": "0" });
  expect(tracerOf().startSpan("job", { root: true }, unsampled).isRecording()).toBe(true);
  const off = tracerOf({}, "always_off");
  expect(off.startSpan("job", { root: true }, incoming(INCOMING)).isRecording()).toBe(false);
  const debugged = incoming({ ...INCOMING, "x-b3-flags": "1" });
  const root = tracerOf().startSpan("job", { root: true }, debugged) as Readable;
  expect(inject(root, debugged)).toMatchObject({ "x-b3-sampled": "1" });
  expect(inject(root, debugged)["x-b3-flags"]).toBeUndefined();
  expect(isDebug(root)).toBe(false);
});

test.each([
  ["b3: 0", { b3: "0" }, false],
  ["x-b3-sampled: 0", { "x-b3-sampled": "0" }, false],
  ["x-b3-sampled: 1", { "x-b3-sampled": "1" }, true],
  ["x-b3-flags: 1", { "x-b3-flags": "1" }, true],
])("a decision without IDs is obeyed by a new trace, root or not: %s", (_name, headers, recorded) => {
  const tracer = tracerOf({}, recorded ? "always_off" : "always_on");
  const context = incoming(headers);
  for (const root of [false, true]) {
    const span = tracer.startSpan("server", { kind: SpanKind.SERVER, root }, context);
    expect(span.isRecording()).toBe(recorded);
    const { traceId, spanId } = span.spanContext();
    const sent = inject(span, context);
    expect(sent).toMatchObject({
      "x-b3-traceid": traceId,
      "x-b3-spanid": spanId,
      "x-b3-sampled": recorded ? "1" : "0",
    });
    expect(sent["traceparent"]).toBe(`00-${traceId}-${spanId}-0${recorded ? 1 : 0}`);
  }
});

test("a flag alone is throttled as well if the local sampler says no", () => {
  const forced = (local: SamplerSetting, perSecond: number): number => {
    const tracer = tracerOf({ debugPerSecond: perSecond }, local);
    const spans = Array.from({ length: 20 }, (_, index) =>
      tracer.startSpan(
        "s",
        {},
        incoming({ "x-b3-traceid": hex(index + 1, 32), "x-b3-spanid": "1", "x-b3-flags": "1" }),
      ),
    );
    return spans.filter((span) => span.isRecording()).length;
  };
  expect(forced("always_off", 3)).toBe(3);
  expect(forced("always_off", 0)).toBe(0);
  expect(forced("always_on", 0)).toBe(20);
});

test("a trace that the mesh recorded and a debug flag is never throttled", () => {
  const tracer = tracerOf({ debugPerSecond: 0 });
  const context = incoming({ ...INCOMING, "x-b3-flags": "1" });
  const span = tracer.startSpan("server", { kind: SpanKind.SERVER }, context) as Readable;
  expect(span.isRecording() && isDebug(span)).toBe(true);
});

test("a local span of another library is followed, and not joined", () => {
  const tracer = tracerOf({}, "always_off");
  const parent = { traceId: hex(5, 32), spanId: hex(6, 16), traceFlags: TraceFlags.SAMPLED };
  const context = trace.setSpanContext(ROOT_CONTEXT, parent);
  const span = tracer.startSpan("server", { kind: SpanKind.SERVER }, context) as Readable;
  expect(span.isRecording()).toBe(true);
  expect(span.spanContext().spanId).not.toBe(parent.spanId);
  expect(span.parentSpanContext?.spanId).toBe(parent.spanId);
});

test("the split ID is a function of the shared ID and the service: the same in each process, another for each of both", () => {
  const splitOf = (spanId: string, service: string): string | undefined => {
    const context = { traceId: hex(5, 32), spanId, traceFlags: TraceFlags.SAMPLED };
    expect(splitSpanId(context)).toBeUndefined();
    markShared(context, service);
    return splitSpanId(context);
  };
  // Written down: a new version of the library must give the same ID, or log lines of the old one
  // name no span.
  expect(splitOf(SPAN_ID, "hello.default")).toBe("5524a8bc04a4325d");
  expect(splitOf(SPAN_ID, "hello.default")).toBe("5524a8bc04a4325d");
  const ids = new Set<string | undefined>();
  for (let index = 1; index <= 5000; index += 1) {
    ids.add(splitOf(hex(index, 16), "hello.default"));
    ids.add(splitOf(hex(index, 16), "time.default"));
  }
  expect(ids.size).toBe(10_000);
  for (const id of ids) expect(id).toMatch(/^(?!0{16})[0-9a-f]{16}$/);
});
