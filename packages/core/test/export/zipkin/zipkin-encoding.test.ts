import { SpanKind } from "@opentelemetry/api";
import { resourceFromAttributes } from "@opentelemetry/resources";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ZipkinEncoder } from "../../../src/export/zipkin/zipkin-encoder.js";
import { markDebug, markShared } from "../../../src/tracer/shared-span.js";
import { OTHER_SPAN_ID } from "../../kit/incoming-headers.js";
import { encodeWith } from "../encode.js";
import { HOSTILE, type SpanParts, span, spans, TRACE_ID, unreadable } from "../spans.js";
import { decodeSpans, type ZipkinSpan } from "./zipkin-schema.js";

const encode = encodeWith(new ZipkinEncoder());
const roundTrip = (...spansValue: ReturnType<typeof span>[]): ZipkinSpan[] => {
  const encoded = encode(spansValue);
  expect(encoded.unreadable).toBe(0);
  return decodeSpans(encoded.body);
};
const one = (parts: SpanParts = {}): ZipkinSpan => roundTrip(span(parts))[0] as ZipkinSpan;

test("every member, as the schema has it", () => {
  const parentSpanContext = { traceId: TRACE_ID, spanId: OTHER_SPAN_ID, traceFlags: 1 };
  expect(
    one({
      name: "GET /grün \u{1F600}",
      kind: SpanKind.SERVER,
      context: { spanId: "ffeeddccbbaa9988" },
      parentSpanContext,
      startTime: [1_700_000_000, 123_456_789],
      duration: [3, 4_567],
      attributes: { "network.peer.address": "::ffff:10.0.0.1", "network.peer.port": 41_000 },
    }),
  ).toEqual({
    traceId: TRACE_ID,
    id: "ffeeddccbbaa9988",
    parentId: OTHER_SPAN_ID,
    kind: "SERVER",
    name: "GET /grün \u{1F600}",
    timestamp: 1_700_000_000_123_456,
    duration: 3_000_004,
    localEndpoint: { serviceName: "hello.default", ...addressOf(one()) },
    remoteEndpoint: { ipv4: "10.0.0.1", port: 41_000 },
    tags: {
      "network.peer.address": "::ffff:10.0.0.1",
      "network.peer.port": "41000",
      "otel.scope.name": "scope",
      "otel.scope.version": "1.0",
    },
  });
});

function addressOf({ localEndpoint: { ipv4, ipv6 } }: ZipkinSpan) {
  return { ...(ipv4 === undefined ? {} : { ipv4 }), ...(ipv6 === undefined ? {} : { ipv6 }) };
}

test("times are whole microseconds and never 0", () => {
  expect(one({ duration: [0, 0] }).duration).toBe(1);
  expect(one({ duration: [-1, 0] }).duration).toBe(1);
  expect(one({ startTime: [0, 0] }).timestamp).toBeUndefined();
});

test("a 64-bit trace ID has 16 characters; no parent, and a span that is its own, are left out", () => {
  const spanId = "48485a3953bb6124";
  const traceId = "0".repeat(16) + spanId;
  const itself = { traceId, spanId, traceFlags: 1 };
  const read = one({ context: itself, parentSpanContext: itself });
  expect(read).toMatchObject({ traceId: spanId, id: spanId });
  expect(read).not.toHaveProperty("parentId");
  expect(one({ parentSpanContext: { ...itself, spanId: "0".repeat(16) } })).not.toHaveProperty("parentId");
});

test("shared and debug are marks, and the shared ID stays", () => {
  const server = span({ kind: SpanKind.SERVER, context: { spanId: "a".repeat(16) } });
  markShared(server.spanContext(), "hello");
  markDebug(server.spanContext());
  const child = span({ parentSpanContext: server.spanContext() });
  const [own, below] = roundTrip(server, child);
  expect(own).toMatchObject({ id: "a".repeat(16), shared: true, debug: true });
  expect(below).toMatchObject({ parentId: "a".repeat(16) });
  expect(below).not.toHaveProperty("shared");
});

test("the own endpoint is the same for every span of the process: a name, an address, no port", () => {
  const attributes = { "server.port": 8080, "network.local.port": 8080 };
  const all = roundTrip(
    ...spans(5, (index) => ({ kind: index as SpanKind, attributes: index === 1 ? attributes : {} })),
  );
  expect(new Set(all.map(({ localEndpoint }) => JSON.stringify(localEndpoint))).size).toBe(1);
  expect(all[0]?.localEndpoint).not.toHaveProperty("port");
  expect(Object.keys(addressOf(all[0] as ZipkinSpan))).toHaveLength(1);
});

test.each([
  [{ "k8s.pod.ip": "10.1.2.3" }, { ipv4: "10.1.2.3" }],
  [{ "host.ip": ["10.9.9.9", "fe80::1"] }, { ipv4: "10.9.9.9" }],
  [{ "k8s.pod.ip": "2001:db8::1" }, { ipv6: "2001:db8::1" }],
])("the address comes from the resource %j", (attributes, endpoint) => {
  const resource = resourceFromAttributes({ "service.name": "s", ...attributes });
  expect(one({ resource }).localEndpoint).toEqual({ serviceName: "s", ...endpoint });
});

test.each<[string, SpanParts, object | undefined]>([
  ["nothing known", { kind: SpanKind.CLIENT }, undefined],
  [
    "the stable conventions",
    { kind: SpanKind.CLIENT, attributes: { "server.address": "reviews", "server.port": 9080 } },
    { serviceName: "reviews", port: 9080 },
  ],
  [
    "a peer service",
    { kind: SpanKind.PRODUCER, attributes: { "peer.service": "kafka", "network.peer.address": "2001:db8::1" } },
    { serviceName: "kafka", ipv6: "2001:db8::1" },
  ],
  [
    "a caller",
    { kind: SpanKind.SERVER, attributes: { "client.address": "192.0.2.1", "client.port": 50_000 } },
    { ipv4: "192.0.2.1", port: 50_000 },
  ],
  ["a port alone says nothing", { kind: SpanKind.CLIENT, attributes: { "server.port": 1 } }, undefined],
  [
    "what is no port",
    { kind: SpanKind.CLIENT, attributes: { "server.address": "a", "server.port": 70_000 } },
    { serviceName: "a" },
  ],
])("the other end: %s", (_name, parts, endpoint) => {
  expect(one(parts).remoteEndpoint).toEqual(endpoint);
});

test.each<[string, SpanParts, Record<string, string | undefined>]>([
  ["ok", { status: { code: 1 } }, { "otel.status_code": "OK", error: undefined }],
  ["unset", {}, { "otel.status_code": undefined, error: undefined }],
  ["failed", { status: { code: 2, message: "boom" } }, { "otel.status_code": "ERROR", error: "boom" }],
  ["failed without a word", { status: { code: 2 } }, { error: "true" }],
  ["failed, said before", { status: { code: 2, message: "boom" }, attributes: { error: "mine" } }, { error: "mine" }],
  ["not failed: the tag alone would say it did", { attributes: { error: false } }, { error: undefined }],
  ["dropped", { droppedEventsCount: 3 }, { "otel.dropped_events_count": "3" }],
])("status %s", (_name, parts, tags) => {
  expect(one(parts).tags).toMatchObject(Object.fromEntries(Object.entries(tags).filter(([, value]) => value)));
  for (const [name, value] of Object.entries(tags)) expect(one(parts).tags[name]).toBe(value);
});

test("resource attributes stand once for each process: on its entry spans", () => {
  const entry = { traceId: TRACE_ID, spanId: "1".repeat(16), traceFlags: 1 };
  expect(one({}).tags["process.pid"]).toBe("7");
  expect(one({ parentSpanContext: { ...entry, isRemote: true } }).tags["process.pid"]).toBe("7");
  expect(one({ parentSpanContext: entry }).tags["process.pid"]).toBeUndefined();
  expect(one({ attributes: { "process.pid": 8 } }).tags["process.pid"]).toBe("8");
});

test("an attribute takes precedence over an added tag of its name, so that no tag occurs twice", () => {
  const attributes = {
    "otel.scope.name": "mine",
    "otel.scope.version": "mine",
    "otel.status_code": "mine",
    "otel.dropped_events_count": "mine",
    "process.pid": "mine",
    error: "mine",
  };
  const own = { status: { code: 2, message: "bad" }, droppedEventsCount: 7 };
  expect(one({ attributes, ...own }).tags).toEqual(attributes);
  for (const key of Object.keys(attributes))
    expect(one({ attributes: { [key]: "mine" }, ...own }).tags[key]).toBe("mine");
});

test("values that repeat and values that change are each span's own", () => {
  const attributes = [{ k: "a" }, { k: "a" }, { k: 1 }, { k: "1" }, { k: true }, { k: "ü" }, { k: "ü" }, { k: "a" }];
  const read = roundTrip(...attributes.map((spansValue) => span({ attributes: spansValue })));
  expect(read.map(({ tags }) => tags["k"])).toEqual(attributes.map(({ k }) => String(k)));
});

test("attributes that are changed later do not change what was kept of them", () => {
  const list = ["a"];
  const encodeBoth = encodeWith(new ZipkinEncoder());
  encodeBoth([span({ attributes: { list } })]);
  list.push("b");
  expect(decodeSpans(encodeBoth([span({ attributes: { list } })]).body)[0]?.tags["list"]).toBe('["a","b"]');
});

test("a scope without a name, and no attributes, are an object without members", () => {
  const parentSpanContext = { traceId: TRACE_ID, spanId: "1".repeat(16), traceFlags: 1 };
  expect(one({ instrumentationScope: { name: "" }, parentSpanContext }).tags).toEqual({});
  expect(one({ instrumentationScope: { name: "" }, parentSpanContext, attributes: { a: 1 } }).tags).toEqual({ a: "1" });
});

test("more keys than are kept", () => {
  const names = Array.from({ length: 3000 }, (_, index) => `key ${index} ${"x".repeat(index % 300)}`);
  const read = roundTrip(...names.map((key) => span({ attributes: { [key]: "mine", "process.pid": "mine" } })));
  expect(
    read.every(({ tags }, index) => tags[names[index] as string] === "mine" && tags["process.pid"] === "mine"),
  ).toBe(true);
});

test("events are annotations", () => {
  const events: NonNullable<SpanParts["events"]> = [
    { name: "a", time: [1, 2_999] },
    { name: 'b "c"', time: [1, 0], attributes: { x: [1, Number.NaN], y: "z" } },
  ];
  expect(one({ events }).annotations).toEqual([
    { timestamp: 1_000_002, value: "a" },
    { timestamp: 1_000_000, value: '"b \\"c\\"": {"x":[1,"NaN"],"y":"z"}' },
  ]);
});

test("the names of two tags, and the service's, can be chosen", () => {
  const chosen = encodeWith(
    new ZipkinEncoder({ statusCodeTagName: "code", statusDescriptionTagName: "why", serviceName: "me" }),
  );
  const [read] = decodeSpans(chosen([span({ status: { code: 2, message: "boom" } })]).body);
  expect(read?.tags).toMatchObject({ code: "ERROR", why: "boom" });
  expect(read?.localEndpoint.serviceName).toBe("me");
});

test("what OpenTelemetry does not allow becomes text; a span that cannot be read is left out alone", () => {
  const hostile = one({
    attributes: HOSTILE,
    name: "\udc00",
    events: [{ name: "\ud800", time: [Number.NaN, 0], attributes: HOSTILE }],
  });
  expect(hostile).toMatchObject({ name: "\ufffd", tags: { surrogate: "a\ufffdb", bigint: String(2n ** 70n) } });
  expect(Object.keys(hostile.tags)).not.toContain("");
  const encoded = encode([span(), unreadable(), span()]);
  expect(encoded.unreadable).toBe(1);
  expect(decodeSpans(encoded.body)).toHaveLength(2);
});

test("whatever the attributes, the list is valid and each text comes back", () => {
  const texts = fc.dictionary(fc.string({ unit: "grapheme", minLength: 1 }), fc.string({ unit: "grapheme" }));
  fc.assert(
    fc.property(texts, (attributes) => {
      expect(one({ attributes }).tags).toMatchObject(attributes);
    }),
  );
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: "binary" }), fc.anything()), (attributes) => {
      one({ attributes: attributes as never });
    }),
  );
});
