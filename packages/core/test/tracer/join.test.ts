import { ROOT_CONTEXT, type Span, SpanKind, trace } from "@opentelemetry/api";
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import { expect, test } from "vitest";
import { MeshPropagator } from "../../src/propagation/mesh-propagator.js";
import { isDebug, isShared, splitShared } from "../../src/tracer/shared-span.js";
import { createProvider, type ProviderParts } from "../provider.js";
import { vectors } from "../vectors.js";

function setUp(overrides: ProviderParts = {}) {
  const memory = new InMemorySpanExporter();
  const provider = createProvider({ processors: [new SimpleSpanProcessor(memory)], ...overrides });
  return { memory, tracer: provider.getTracer("test"), propagator: new MeshPropagator() };
}

const parentIdOf = (span: Span): string | undefined => (span as unknown as ReadableSpan).parentSpanContext?.spanId;

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
  clientChildHeaders: { traceId?: string; spanId?: string; parentId?: string; sampled?: string; flags?: string };
}

test.each(vectors<Row>("b3-join.json"))("$name", ({ mode, headers, serverSpan, clientChildHeaders: call }) => {
  const { tracer, propagator } = setUp({
    sharedSpan: mode === "join",
    // Without an earlier decision, the row's outcome is the local sampler's.
    local: serverSpan.recorded === false && headers["x-b3-sampled"] === undefined ? "always_off" : "always_on",
  });
  const context = propagator.extract(ROOT_CONTEXT, headers);
  const kind = serverSpan.kind === "CONSUMER" ? SpanKind.CONSUMER : SpanKind.SERVER;
  const span = tracer.startSpan("server", { kind }, context);
  const { traceId, spanId } = span.spanContext();
  expect(traceId).toBe(serverSpan.traceId);
  if (serverSpan.id === "<new>") expect(spanId).not.toBe(headers["x-b3-spanid"]);
  else expect(spanId).toBe(serverSpan.id);
  if (serverSpan.parentId !== undefined) expect(parentIdOf(span) ?? null).toBe(serverSpan.parentId);
  if (serverSpan.recorded !== undefined) expect(span.isRecording()).toBe(serverSpan.recorded);
  if (serverSpan.shared !== undefined) expect(isShared(span as unknown as ReadableSpan)).toBe(serverSpan.shared);
  if (serverSpan.debug !== undefined) expect(isDebug(span as unknown as ReadableSpan)).toBe(serverSpan.debug);

  const inside = trace.setSpan(context, span);
  const client = tracer.startSpan("client", { kind: SpanKind.CLIENT }, inside);
  const carrier: Record<string, string> = {};
  propagator.inject(trace.setSpan(inside, client), carrier);
  if (call.traceId) expect(carrier["x-b3-traceid"]).toBe(call.traceId);
  if (call.spanId) expect(carrier["x-b3-spanid"]).not.toBe(spanId);
  if (call.parentId)
    expect(carrier["x-b3-parentspanid"]).toBe(call.parentId === "<server id>" ? spanId : call.parentId);
  if (call.sampled) expect(carrier["x-b3-sampled"]).toBe(call.sampled);
  if (call.flags) expect(carrier["x-b3-flags"]).toBe(call.flags);
});

const hex = (value: number, width: number): string => value.toString(16).padStart(width, "0");
const INCOMING = { "x-b3-traceid": hex(5, 32), "x-b3-spanid": hex(6, 16), "x-b3-sampled": "1" };

test("split: a new ID under the shared one, and the children follow it", () => {
  const memory = new InMemorySpanExporter();
  const { tracer, propagator } = setUp({ processors: [new SimpleSpanProcessor(splitShared(memory))] });
  const context = propagator.extract(ROOT_CONTEXT, INCOMING);
  const server = tracer.startSpan("server", { kind: SpanKind.SERVER }, context);
  const child = tracer.startSpan("child", {}, trace.setSpan(context, server));
  child.end();
  server.end();
  const [first, second] = memory.getFinishedSpans() as [ReadableSpan, ReadableSpan];
  expect(second.spanContext().spanId).not.toBe(hex(6, 16));
  expect(second.parentSpanContext?.spanId).toBe(hex(6, 16));
  expect(first.parentSpanContext?.spanId).toBe(second.spanContext().spanId);
  expect(server.spanContext().spanId).toBe(hex(6, 16));
});

test("debug against the mesh's no is throttled", () => {
  const { tracer, propagator } = setUp({ debugPerSecond: 2 });
  const recorded = [1, 2, 3, 4].map((index) => {
    const headers = { ...INCOMING, "x-b3-traceid": hex(index, 32), "x-b3-flags": "1", "x-b3-sampled": "0" };
    const context = propagator.extract(ROOT_CONTEXT, headers);
    const span = tracer.startSpan("server", { kind: SpanKind.SERVER }, context);
    const carrier: Record<string, string> = {};
    propagator.inject(trace.setSpan(context, span), carrier);
    expect(carrier["x-b3-sampled"]).toBe(span.isRecording() ? "1" : "0");
    expect(carrier["x-b3-flags"]).toBe(span.isRecording() ? "1" : undefined);
    return span.isRecording();
  });
  expect(recorded).toEqual([true, true, false, false]);
});
