/**
 * The propagator in tracing set-ups of other libraries: OpenTelemetry's own provider, composites,
 * other propagators.
 */
import {
  type Context,
  defaultTextMapSetter,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  type TextMapGetter,
  type TextMapPropagator,
  trace,
} from "@opentelemetry/api";
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from "@opentelemetry/core";
import { B3InjectEncoding, B3Propagator } from "@opentelemetry/propagator-b3";
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import { describe, expect, test } from "vitest";
import { MeshPropagator } from "../../src/propagation/mesh-propagator.js";
import { localSampler, MeshSampler } from "../../src/sampling/mesh-sampler.js";
import { PARENT_SPAN_ID, SPAN_ID, TRACE_ID } from "../kit/incoming-headers.js";
import type { Readable } from "../spans.js";

const INCOMING = { "x-b3-traceid": TRACE_ID, "x-b3-spanid": SPAN_ID, "x-b3-parentspanid": PARENT_SPAN_ID };
const getter: TextMapGetter = { get: (from, name) => (from as Record<string, string>)[name], keys: () => [] };

const extract = (by: TextMapPropagator, headers: object): Context => by.extract(ROOT_CONTEXT, headers, getter);
function inject(by: TextMapPropagator, context: Context, onto: Record<string, string> = {}): Record<string, string> {
  by.inject(context, onto, defaultTextMapSetter);
  return onto;
}
const asServer = (provider: NodeTracerProvider, context: Context): Readable =>
  provider.getTracer("test").startSpan("server", { kind: SpanKind.SERVER }, context) as Readable;

describe("a plain NodeTracerProvider", () => {
  const propagator = new MeshPropagator();
  const memory = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(memory)] });

  test.each([
    ["accept", "1", "1"],
    ["deny", "0", "0"],
    ["defer, which must not become deny", undefined, "1"],
  ])("makes a child, and follows: %s", (_name, sampled, sent) => {
    const context = extract(propagator, { ...INCOMING, ...(sampled && { "x-b3-sampled": sampled }) });
    const span = asServer(provider, context);
    expect(span.isRecording()).toBe(sent === "1");
    const headers = inject(propagator, trace.setSpan(context, span));
    expect(headers).toMatchObject({
      "x-b3-traceid": TRACE_ID,
      "x-b3-spanid": span.spanContext().spanId,
      "x-b3-sampled": sent,
    });
    expect(span.spanContext().spanId).not.toBe(SPAN_ID);
    if (sent === "1") expect(headers["x-b3-parentspanid"]).toBe(SPAN_ID);
    expect(headers).not.toHaveProperty("traceparent");
  });

  test("a trace that starts there goes out in both families, marked", () => {
    const span = provider.getTracer("test").startSpan("job", { root: true }, ROOT_CONTEXT);
    const { traceId, spanId } = span.spanContext();
    expect(inject(propagator, trace.setSpan(ROOT_CONTEXT, span))).toEqual({
      "x-b3-traceid": traceId,
      "x-b3-spanid": spanId,
      "x-b3-sampled": "1",
      traceparent: `00-${traceId}-${spanId}-01`,
      tracestate: `meshtrace=${spanId}`,
    });
  });

  test("without any provider the caller's headers go on, byte for byte", () => {
    const headers = { ...INCOMING, "x-b3-flags": "1", "x-b3-sampled": "1", "x-request-id": "A-b" };
    const context = extract(propagator, headers);
    const span = trace.getTracer("no one's").startSpan("server", {}, context);
    expect(inject(propagator, trace.setSpan(context, span))).toEqual(headers);
  });

  test("MeshSampler there: the mesh decides, and the local sampler what it deferred", () => {
    const mine = new NodeTracerProvider({ sampler: new MeshSampler(localSampler("always_off")) });
    const recorded = (headers: object): boolean => asServer(mine, extract(propagator, headers)).isRecording();
    expect(recorded({ ...INCOMING, "x-b3-sampled": "1" })).toBe(true);
    expect(recorded({ ...INCOMING, "x-b3-sampled": "0" })).toBe(false);
    expect(recorded(INCOMING)).toBe(false);
    expect(recorded({ "x-b3-sampled": "1" })).toBe(true);
    expect(recorded({})).toBe(false);
  });
});

describe("in a CompositePropagator", () => {
  const provider = new NodeTracerProvider();
  const w3c = new W3CTraceContextPropagator();
  const b3Only = new MeshPropagator({ propagators: ["b3multi"] });
  const composite = (...propagators: TextMapPropagator[]) => new CompositePropagator({ propagators });

  const composites = [
    composite(b3Only, w3c),
    composite(w3c, b3Only),
    composite(multiB3(), new MeshPropagator({ propagators: ["tracecontext"] })),
  ] as const;

  test.each([
    ["before W3C's", composites[0]],
    ["behind W3C's", composites[1]],
    ["behind B3's, itself for W3C", composites[2]],
  ])("%s: both families are written, and say the same span", (_name, propagator) => {
    const span = provider.getTracer("test").startSpan("job", { root: true }, ROOT_CONTEXT);
    const { traceId, spanId } = span.spanContext();
    const stale = { b3: "0", traceparent: `00-${TRACE_ID}-${SPAN_ID}-01`, "x-b3-parentspanid": SPAN_ID };
    const headers = inject(propagator, trace.setSpan(ROOT_CONTEXT, span), { ...stale });
    expect(headers).toMatchObject({
      "x-b3-traceid": traceId,
      "x-b3-spanid": spanId,
      traceparent: `00-${traceId}-${spanId}-01`,
    });
    // Without B3 among our formats it is the other propagator's, which knows no `b3` beside the
    // multi headers.
    expect(headers["b3"]).toBe(propagator === composites[2] ? "0" : undefined);
  });

  test("a traceparent stays where another propagator is responsible for W3C, or none", () => {
    const span = provider.getTracer("test").startSpan("job", { root: true }, ROOT_CONTEXT);
    const other = { traceparent: `00-${TRACE_ID}-${SPAN_ID}-01` };
    expect(inject(b3Only, trace.setSpan(ROOT_CONTEXT, span), { ...other })).toMatchObject(other);
  });

  test("baggage travels beside the mesh's headers, and pass-through without any trace", () => {
    const propagator = composite(new MeshPropagator(), new W3CBaggagePropagator());
    const context = extract(propagator, { ...INCOMING, baggage: "user=7", "x-request-id": "r-1" });
    expect(propagation.getBaggage(context)?.getEntry("user")?.value).toBe("7");
    const more = propagation.setBaggage(context, propagation.createBaggage({ shop: { value: "a b" } }));
    expect(inject(propagator, more)).toEqual({ ...INCOMING, baggage: "shop=a%20b", "x-request-id": "r-1" });
    expect(inject(propagator, extract(propagator, { "x-request-id": "r-2" }))).toEqual({ "x-request-id": "r-2" });
  });

  test("a traceparent that W3C's own propagator extracted keeps its tracestate, without our mark", () => {
    const marked = { traceparent: `00-${TRACE_ID}-${SPAN_ID}-01`, tracestate: `vendor=1,meshtrace=${SPAN_ID}` };
    const context = extract(w3c, marked);
    const alone = new MeshPropagator({ propagators: ["tracecontext"] });
    expect(inject(alone, context)["tracestate"]).toBe("vendor=1");
    expect(inject(new MeshPropagator(), context)["tracestate"]).toBe(`meshtrace=${SPAN_ID},vendor=1`);
  });
});

function multiB3(): B3Propagator {
  return new B3Propagator({ injectEncoding: B3InjectEncoding.MULTI_HEADER });
}

describe("beside @opentelemetry/propagator-b3", () => {
  const ours = new MeshPropagator({ propagators: ["b3multi"] });
  const single = new MeshPropagator({ propagators: ["b3"] });
  const theirs = multiB3();
  const theirSingle = new B3Propagator();
  const ids = { "x-b3-traceid": TRACE_ID, "x-b3-spanid": SPAN_ID };

  test("what ours extracted, theirs injects", () => {
    expect(inject(theirs, extract(ours, { ...INCOMING, "x-b3-sampled": "1" }))).toEqual({
      ...ids,
      "x-b3-sampled": "1",
    });
    expect(inject(theirs, extract(ours, { ...INCOMING, "x-b3-sampled": "0" }))).toEqual({
      ...ids,
      "x-b3-sampled": "0",
    });
    expect(inject(theirs, extract(ours, { ...INCOMING, "x-b3-flags": "1" }))).toEqual({ ...ids, "x-b3-flags": "1" });
    expect(inject(theirSingle, extract(ours, { ...INCOMING, "x-b3-sampled": "1" }))).toEqual({
      b3: `${TRACE_ID}-${SPAN_ID}-1`,
    });
    const debug = { b3: `${TRACE_ID}-${SPAN_ID}-d` };
    expect(inject(theirSingle, extract(ours, debug))).toEqual(debug);
    expect(inject(theirSingle, extract(single, { b3: `${TRACE_ID}-${SPAN_ID}-d-05e3ac9a4f6e3b90` }))).toEqual(debug);
  });

  test("what theirs extracted, ours injects", () => {
    expect(inject(ours, extract(theirs, { ...ids, "x-b3-sampled": "1" }))).toEqual({ ...ids, "x-b3-sampled": "1" });
    expect(inject(ours, extract(theirs, { ...ids, "x-b3-sampled": "0" }))).toEqual({ ...ids, "x-b3-sampled": "0" });
    const debug = { ...ids, "x-b3-flags": "1", "x-b3-sampled": "1" };
    expect(inject(ours, extract(theirs, { ...ids, "x-b3-flags": "1" }))).toEqual(debug);
    expect(inject(ours, extract(theirSingle, { b3: `${TRACE_ID}-${SPAN_ID}-d` }))).toEqual(debug);
    expect(inject(single, extract(theirs, { ...ids, "x-b3-flags": "1" }))).toEqual({ b3: `${TRACE_ID}-${SPAN_ID}-d` });
  });

  test("what either wrote, the other reads", () => {
    const span = trace.wrapSpanContext({ traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1 });
    const context = trace.setSpan(ROOT_CONTEXT, span);
    for (const [writer, reader] of [
      [ours, theirs],
      [single, theirs],
      [theirs, ours],
      [theirSingle, ours],
    ] as const) {
      const read = trace.getSpanContext(extract(reader, inject(writer, context)));
      expect(read).toMatchObject({ traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1, isRemote: true });
    }
  });
});
