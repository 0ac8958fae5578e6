/** Carriers of other libraries, and the getters and setters that come with them. */
import { request } from "node:http";
import { type Context, ROOT_CONTEXT, type Span, type TextMapGetter, trace } from "@opentelemetry/api";
import { suppressTracing } from "@opentelemetry/core";
import { expect, test } from "vitest";
import { MeshPropagator } from "../../src/propagation/mesh-propagator.js";
import { PARENT_SPAN_ID, SPAN_ID, TRACE_ID } from "../kit/incoming-headers.js";

const INCOMING = { "x-b3-traceid": TRACE_ID, "x-b3-spanid": SPAN_ID, "x-b3-parentspanid": PARENT_SPAN_ID };

function inject(by: MeshPropagator, context: Context, onto: Record<string, string> = {}): Record<string, string> {
  by.inject(context, onto);
  return onto;
}

const propagator = new MeshPropagator({ propagators: ["b3multi"] });
const headers = { ...INCOMING, "x-b3-sampled": "1", "x-request-id": "r-1" };
const context = propagator.extract(ROOT_CONTEXT, headers);

test("a message queue's: bytes under names in any case", () => {
  const bytes: TextMapGetter<Record<string, Buffer>> = {
    get: (from, name) => from[name]?.toString(),
    keys: (from) => Object.keys(from),
  };
  const message: Record<string, Buffer> = {};
  for (const [name, value] of Object.entries(headers)) message[name.toUpperCase()] = Buffer.from(value);
  const read = propagator.extract(ROOT_CONTEXT, message, bytes as TextMapGetter);
  const sent: Record<string, Buffer> = {};
  propagator.inject(read, sent, {
    set: (to, name, value) => void Object.assign(to as object, { [name]: Buffer.from(value) }),
  });
  expect(Object.fromEntries(Object.entries(sent).map(([name, value]) => [name, value.toString()]))).toEqual(headers);
});

test("gRPC's metadata: lists of values, and remove()", () => {
  class Metadata {
    readonly values = new Map<string, string[]>([["b3", ["0"]]]);
    get = (name: string): string[] => this.values.get(name) ?? [];
    set = (name: string, value: string) => void this.values.set(name, [value]);
    remove = (name: string) => void this.values.delete(name);
  }
  const metadata = new Metadata();
  propagator.inject(context, metadata);
  expect(metadata.get("b3")).toEqual([]);
  const of: TextMapGetter = {
    get: (from, name) => (from as Metadata).get(name),
    keys: (from) => [...(from as Metadata).values.keys()],
  };
  expect(inject(propagator, propagator.extract(ROOT_CONTEXT, metadata, of))).toEqual(headers);
});

test("a request of node:http, before and after its headers are sent", () => {
  const sent = request("http://127.0.0.1:9", { headers: { B3: "0", TraceParent: "00-x" } }).on("error", () => {});
  new MeshPropagator().inject(context, sent);
  expect(sent.getHeaders()).toMatchObject(headers);
  expect(sent.getHeaderNames()).not.toContain("b3");
  expect(sent.getHeaderNames()).not.toContain("traceparent");
  sent.flushHeaders();
  expect(() => propagator.inject(context, sent)).not.toThrow();
  sent.destroy();
});

test("with OpenTelemetry's default getter and setter: Headers, Map, lists; and carriers that cannot be written", () => {
  for (const make of [() => new Headers(), () => new Map(), () => [], () => ["accept", "*/*"]]) {
    const carrier = make();
    propagator.inject(context, carrier);
    expect(inject(propagator, propagator.extract(ROOT_CONTEXT, carrier))).toEqual(headers);
  }
  for (const carrier of [Object.freeze({ b3: "0" }), 7, "text", Symbol("carrier"), () => {}, null, undefined]) {
    expect(() => propagator.inject(context, carrier)).not.toThrow();
    expect(() => propagator.extract(ROOT_CONTEXT, carrier)).not.toThrow();
  }
});

test("suppressed: b3: 0 alone", () => {
  expect(inject(propagator, suppressTracing(context), { "x-b3-traceid": "1" })).toEqual({ b3: "0" });
});

test("a span of SDK 1.x, which keeps its parent as an ID", () => {
  const old = Object.assign(trace.wrapSpanContext({ traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1 }), {
    isRecording: () => true,
    parentSpanId: PARENT_SPAN_ID,
  }) as Span;
  expect(inject(propagator, trace.setSpan(ROOT_CONTEXT, old))).toEqual({ ...INCOMING, "x-b3-sampled": "1" });
});
