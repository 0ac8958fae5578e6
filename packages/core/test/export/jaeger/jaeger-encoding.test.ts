import { runInNewContext } from "node:vm";
import { createTraceState, SpanKind, TraceFlags } from "@opentelemetry/api";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { binaryProtocol } from "../../../src/export/jaeger/binary-protocol.js";
import { compactProtocol } from "../../../src/export/jaeger/compact-protocol.js";
import { JaegerEncoder } from "../../../src/export/jaeger/jaeger-encoder.js";
import { markDebug, markShared } from "../../../src/tracer/shared-span.js";
import { decodeCompactPacket } from "../../kit/compact-thrift.js";
import { OTHER_SPAN_ID } from "../../kit/incoming-headers.js";
import { type DecodedBatch, decodeBatch, decodePacket } from "../../kit/jaeger-thrift.js";
import { encodeWith } from "../encode.js";
import { HOSTILE, type SpanParts, span, spans, TRACE_ID, unreadable } from "../spans.js";

const PROTOCOLS = {
  "http/thrift.binary": { protocol: binaryProtocol, call: false, decode: decodeBatch },
  "udp/thrift.binary": { protocol: binaryProtocol, call: true, decode: decodePacket },
  "udp/thrift.compact": { protocol: compactProtocol, call: true, decode: decodeCompactPacket },
};

describe.each(Object.entries(PROTOCOLS))("%s", (_name, { protocol, call, decode }) => {
  const encode = encodeWith(new JaegerEncoder({ protocol, call }));
  const roundTrip = (...spansValue: ReturnType<typeof span>[]): DecodedBatch => {
    const { body, unreadable } = encode(spansValue);
    expect(unreadable).toBe(0);
    return decode(body);
  };
  const one = (parts: SpanParts) => roundTrip(span(parts)).spans[0];

  test("process: service name and tags", () => {
    expect(roundTrip(span())).toMatchObject({ serviceName: "hello.default", tags: { "process.pid": 7n } });
  });

  test("IDs, name, times, flags", () => {
    const parentSpanContext = { traceId: TRACE_ID, spanId: OTHER_SPAN_ID, traceFlags: TraceFlags.SAMPLED };
    const decoded = one({
      name: "grün \u{1F600}",
      context: { spanId: "ffeeddccbbaa9988" },
      parentSpanContext,
      startTime: [1_700_000_000, 123_456_789],
      duration: [3, 4_567],
    });
    expect(decoded).toMatchObject({
      traceId: TRACE_ID,
      spanId: "ffeeddccbbaa9988",
      parentSpanId: OTHER_SPAN_ID,
      operationName: "grün \u{1F600}",
      flags: 1,
      startTime: 1_700_000_000_123_456n,
      duration: 3_000_004n,
      references: [],
      logs: [],
    });
  });

  test("a trace ID of 16 characters is the lower half, in links too", () => {
    const context = { traceId: "48485a3953bb6124", spanId: "ffeeddccbbaa9988", traceFlags: TraceFlags.SAMPLED };
    const decoded = one({ context, links: [{ context }] });
    expect(decoded?.traceId).toBe("000000000000000048485a3953bb6124");
    expect(decoded?.references).toMatchObject([{ traceId: "000000000000000048485a3953bb6124" }]);
  });

  test("a 64-bit trace ID keeps a zero half; a root has no parent; nothing takes at least a microsecond", () => {
    const decoded = one({ context: { traceId: `${"0".repeat(16)}48485a3953bb6124` }, duration: [0, 1] });
    expect(decoded).toMatchObject({
      traceId: "000000000000000048485a3953bb6124",
      parentSpanId: "0000000000000000",
      duration: 1n,
    });
  });

  test("each type of attribute is kept", () => {
    const attributes = {
      text: "t",
      empty: "",
      yes: true,
      no: false,
      int: 42,
      negative: -(2 ** 40),
      safe: Number.MAX_SAFE_INTEGER,
      double: 0.5,
      large: 1e300,
      texts: ["a", "b"],
      mixed: [1, 2.5],
      bytes: new Uint8Array([0, 255, 1]) as never,
      long: "x".repeat(70_000),
    };
    expect(one({ attributes })?.tags).toMatchObject({
      text: "t",
      empty: "",
      yes: true,
      no: false,
      int: 42n,
      negative: -(2n ** 40n),
      safe: BigInt(Number.MAX_SAFE_INTEGER),
      double: 0.5,
      large: 1e300,
      texts: '["a","b"]',
      mixed: "[1,2.5]",
      bytes: "00ff01",
      long: "x".repeat(70_000),
    });
  });

  test.each([
    [SpanKind.INTERNAL, undefined],
    [SpanKind.SERVER, "server"],
    [SpanKind.CLIENT, "client"],
    [SpanKind.PRODUCER, "producer"],
    [SpanKind.CONSUMER, "consumer"],
  ])("kind %i is span.kind %s", (kind, tag) => {
    expect(one({ kind })?.tags["span.kind"]).toBe(tag);
  });

  test("status, scope, trace state and what was dropped are tags", () => {
    const traceState = createTraceState("a=1,b=2");
    const dropped = { droppedAttributesCount: 1, droppedEventsCount: 2, droppedLinksCount: 3 };
    const decoded = one({ status: { code: 2, message: "bad" }, context: { traceState }, ...dropped });
    expect(decoded?.tags).toEqual({
      error: true,
      "otel.status_code": "ERROR",
      "otel.status_description": "bad",
      "otel.scope.name": "scope",
      "otel.scope.version": "1.0",
      "otel.dropped_attributes_count": 1n,
      "otel.dropped_events_count": 2n,
      "otel.dropped_links_count": 3n,
      "w3c.tracestate": "a=1,b=2",
    });
    expect(one({ status: { code: 1 } })?.tags).toMatchObject({ "otel.status_code": "OK" });
    expect(one({})?.tags).not.toHaveProperty("error");
  });

  test("an attribute takes precedence over an added tag of its name, so that no tag occurs twice", () => {
    const attributes = {
      "span.kind": "mine",
      "otel.scope.name": "mine",
      "otel.scope.version": "mine",
      "otel.status_code": "mine",
      "otel.status_description": "mine",
      "otel.dropped_events_count": 1,
      "w3c.tracestate": "mine",
      error: false,
    };
    const traceState = createTraceState("a=1");
    const status = { code: 2, message: "bad" };
    const own = { kind: SpanKind.CLIENT, status, context: { traceState }, droppedEventsCount: 7 };
    expect(one({ attributes, ...own })?.tags).toEqual({ ...attributes, "otel.dropped_events_count": 1n });
    const [key, ...others] = Object.keys(attributes);
    expect(one({ attributes: { [key as string]: "mine" }, ...own })?.tags).toMatchObject({ "span.kind": "mine" });
    for (const added of others) expect(one({ attributes: {}, ...own })?.tags).toHaveProperty([added]);
  });

  test("scopes and kinds alternate", () => {
    const kinds = [SpanKind.CLIENT, SpanKind.SERVER, SpanKind.INTERNAL, SpanKind.CLIENT];
    const scopes = [{ name: "a" }, { name: "b", version: "2" }, { name: "" }];
    const all = kinds.flatMap((kind) => scopes.map((instrumentationScope) => span({ kind, instrumentationScope })));
    expect(roundTrip(...all).spans.map(({ tags }) => tags)).toEqual(
      ["client", "server", undefined, "client"].flatMap((kind) =>
        scopes.map(({ name, version }) => ({
          ...(kind && { "span.kind": kind }),
          ...(name && { "otel.scope.name": name }),
          ...(version && { "otel.scope.version": version }),
        })),
      ),
    );
  });

  test("values that repeat and values that change are each span's own", () => {
    const attributes = [{ k: "a" }, { k: "a" }, { k: 1 }, { k: "1" }, { k: true }, { k: "ü" }, { k: "ü" }, { k: "a" }];
    expect(
      roundTrip(...attributes.map((spansValue) => span({ attributes: spansValue }))).spans.map(({ tags }) => tags["k"]),
    ).toEqual(attributes.map(({ k }) => (typeof k === "number" ? BigInt(k) : k)));
  });

  test("more keys than are kept", () => {
    const names = Array.from({ length: 3000 }, (_, index) => `key ${index} ${"x".repeat(index % 300)}`);
    const decoded = roundTrip(
      ...names.map((key, index) => span({ attributes: { [key]: index, "span.kind": "mine" } })),
    );
    expect(decoded.spans.map(({ tags }) => tags["span.kind"])).toEqual(names.map(() => "mine"));
    expect(decoded.spans.map(({ tags }, index) => tags[names[index] as string])).toEqual(
      names.map((_, index) => BigInt(index)),
    );
  });

  test("events are logs, exceptions too, to the microsecond", () => {
    const events = [
      { name: "exception", time: [1_700_000_000, 5_999] as [number, number], attributes: { "exception.type": "E" } },
      { name: "named", time: [1, 0] as [number, number], attributes: { event: "wins" }, droppedAttributesCount: 2 },
    ];
    expect(one({ events })?.logs).toEqual([
      { timestamp: 1_700_000_000_000_005n, fields: { event: "exception", "exception.type": "E" } },
      { timestamp: 1_000_000n, fields: { event: "wins", "otel.event.dropped_attributes_count": 2n } },
    ]);
  });

  test("links are what a span follows from", () => {
    const context = { traceId: "1".repeat(32), spanId: "2".repeat(16), traceFlags: 1 };
    expect(one({ links: Array(20).fill({ context }) })?.references).toEqual(
      Array(20).fill({ refType: "FOLLOWS_FROM", traceId: context.traceId, spanId: context.spanId }),
    );
  });

  test("a shared span is split, its child and its links follow it; debug is a flag", () => {
    const server = span({ kind: SpanKind.SERVER, context: { spanId: "a".repeat(16) } });
    markShared(server.spanContext(), "hello");
    markDebug(server.spanContext());
    const child = span({ parentSpanContext: server.spanContext(), links: [{ context: server.spanContext() }] });
    const [own, below] = roundTrip(server, child).spans;
    expect(own).toMatchObject({ parentSpanId: "a".repeat(16), flags: 3 });
    expect(own?.spanId).not.toBe("a".repeat(16));
    expect(below).toMatchObject({ parentSpanId: own?.spanId, references: [{ spanId: own?.spanId }] });
  });

  test("what OpenTelemetry does not allow is written as well as the format can", () => {
    const decoded = one({
      attributes: HOSTILE,
      duration: [-5, 0],
      startTime: [Number.NaN, 0],
      name: "\udfff",
    });
    expect(decoded).toMatchObject({ duration: 1n, startTime: 0n, operationName: "\ufffd" });
    expect(decoded?.tags).toMatchObject({
      cycle: '{"name":"cycle","self":"[circular]"}',
      object: '{"a":{"b":[1,{"c":2}]}}',
      nan: "NaN",
      infinity: "-Infinity",
      bigint: String(2n ** 70n),
      long: 2n ** 60n,
      surrogate: "a\ufffdb",
      throws: "[unreadable]",
      date: '"1970-01-01T00:00:00.000Z"',
    });
  });

  test("bytes of another realm are bytes", () => {
    const bytes = runInNewContext("new Uint8Array([0, 255, 1])");
    expect(one({ attributes: { bytes } })?.tags).toMatchObject({ bytes: "00ff01" });
  });

  test("10 000 attributes, and many spans in one message", () => {
    const attributes = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`k${index}`, index]));
    expect(Object.keys(one({ attributes })?.tags ?? {})).toHaveLength(10_002);
    expect(roundTrip(...spans(1000)).spans).toHaveLength(1000);
  });

  test("a span that cannot be read is left out alone", () => {
    const { body, unreadable: count } = encode([span(), unreadable(), span()]);
    expect(count).toBe(1);
    expect(decode(body).spans).toHaveLength(2);
    expect(encode([unreadable()])).toMatchObject({ batch: { length: 0 }, unreadable: 1 });
  });

  test("any attributes come back", () => {
    const value = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.boolean(),
      fc.maxSafeInteger(),
      fc.double({ noNaN: true }),
    );
    const name = fc.string({ unit: "binary", minLength: 1 }).filter((text) => text !== "__proto__");
    fc.assert(
      fc.property(fc.dictionary(name, value), (attributes) => {
        const expected = Object.entries(attributes).map(([key, spansValue]) => [
          key,
          Number.isSafeInteger(spansValue)
            ? BigInt(spansValue as number)
            : Number.isFinite(spansValue)
              ? spansValue
              : typeof spansValue === "number"
                ? String(spansValue)
                : spansValue,
        ]);
        expect(one({ attributes })?.tags).toMatchObject(Object.fromEntries(expected));
      }),
      { numRuns: 200 },
    );
  });
});
