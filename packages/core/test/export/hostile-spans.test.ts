/** Whatever a span contains, it is exported or counted, and its neighbours arrive. */
import { type Span, SpanKind } from "@opentelemetry/api";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ConsoleExporter, type ConsoleFormat } from "../../src/export/console/console-exporter.js";
import { binaryProtocol } from "../../src/export/jaeger/binary-protocol.js";
import { compactProtocol } from "../../src/export/jaeger/compact-protocol.js";
import { JaegerEncoder } from "../../src/export/jaeger/jaeger-encoder.js";
import type { SpanEncoder } from "../../src/export/span/span-encoder.js";
import { ZipkinEncoder } from "../../src/export/zipkin/zipkin-encoder.js";
import type { ReadableSpan } from "../../src/tracer/readable-span.js";
import { decodeCompactPacket } from "../kit/compact-thrift.js";
import { decodeBatch, decodePacket } from "../kit/jaeger-thrift.js";
import { encodeWith } from "./encode.js";
import { exportAll } from "./export-all.js";
import {
  HOSTILE_VALUES,
  hostileList,
  hostileObject,
  hostileValue,
  type Make,
  made,
  throwing,
} from "./hostile-values.js";
import { span, TRACE_ID, tracerFor } from "./spans.js";
import { decodeSpans } from "./zipkin/zipkin-schema.js";

interface Format {
  readonly encoder: () => SpanEncoder;
  /** The names of the spans. Throws for a malformed message. */
  readonly names: (body: Buffer) => readonly (string | undefined)[];
}

const FORMATS: Readonly<Record<string, Format>> = {
  Zipkin: { encoder: () => new ZipkinEncoder(), names: (body) => decodeSpans(body).map(({ name }) => name) },
  "Thrift binary over HTTP": {
    encoder: () => new JaegerEncoder({ protocol: binaryProtocol, call: false }),
    names: (body) => decodeBatch(body).spans.map(({ operationName }) => operationName),
  },
  "Thrift binary over UDP": {
    encoder: () => new JaegerEncoder({ protocol: binaryProtocol, call: true }),
    names: (body) => decodePacket(body).spans.map(({ operationName }) => operationName),
  },
  "Thrift compact over UDP": {
    encoder: () => new JaegerEncoder({ protocol: compactProtocol, call: true }),
    names: (body) => decodeCompactPacket(body).spans.map(({ operationName }) => operationName),
  },
};

const or = (other: fc.Arbitrary<Make>) => fc.oneof(hostileValue, other);

/** Generates what makes the span of a foreign tracer, with any values in it. */
const hostileSpan: fc.Arbitrary<() => ReadableSpan> = fc
  .record(
    {
      name: hostileValue,
      kind: hostileValue,
      startTime: hostileValue,
      duration: hostileValue,
      status: or(hostileObject({ code: or(fc.constant(() => 2)), message: hostileValue })),
      attributes: or(fc.dictionary(fc.string({ unit: "binary" }), hostileValue).map((makes) => () => made(makes))),
      events: hostileList(or(hostileObject({ name: hostileValue, time: hostileValue, attributes: hostileValue }))),
      links: hostileList(or(hostileObject({ context: hostileValue }))),
      parentSpanContext: hostileValue,
      instrumentationScope: or(hostileObject({ name: hostileValue, version: hostileValue })),
      droppedAttributesCount: hostileValue,
      context: hostileObject({ traceId: hostileValue, spanId: hostileValue, traceState: hostileValue }),
    },
    { requiredKeys: [] },
  )
  .map((makes) => () => span(made(makes as Record<string, Make>)));

/** Spans of our tracer with a value wherever a caller can pass one, and one good span behind it. */
function spansWith(value: never): ReadableSpan[] {
  const ended: ReadableSpan[] = [];
  const noop = async (): Promise<void> => {};
  const keep = { onStart() {}, onEnd: (one: ReadableSpan) => ended.push(one), forceFlush: noop, shutdown: noop };
  const tracer = tracerFor(keep as never);
  const calls: ((started: Span) => unknown)[] = [
    (started) => started.setAttribute("value", value),
    (started) => started.setAttribute(value, value),
    (started) => started.setAttributes({ value }),
    (started) => started.addEvent(value, { value }),
    (started) => started.addLink({ context: value }),
    (started) => started.setStatus({ code: 2, message: value }),
    (started) => started.updateName(value),
    (started) => started.recordException(value),
  ];
  const started = tracer.startSpan(value);
  for (const call of calls) {
    try {
      call(started);
    } catch {
      // OpenTelemetry's SDK throws here as well.
    }
  }
  started.end();
  tracer.startSpan("after").end();
  return ended;
}

describe.each(Object.entries(FORMATS))("%s", (_name, { encoder, names }) => {
  test("no span of a foreign tracer costs its neighbours", () => {
    const encode = encodeWith(encoder());
    fc.assert(
      fc.property(hostileSpan, (make) => {
        const { body, unreadable } = encode([span({ name: "before" }), make(), span({ name: "after" })]);
        const arrived = names(body);
        expect([arrived[0], arrived.at(-1)]).toEqual(["before", "after"]);
        expect(arrived).toHaveLength(3 - unreadable);
      }),
      { numRuns: 500 },
    );
  });

  test.each(HOSTILE_VALUES)("a span of our tracer is kept with %s everywhere", (_value, make) => {
    const { body, unreadable } = encodeWith(encoder())(spansWith(make() as never));
    expect(unreadable).toBe(0);
    const arrived = names(body);
    expect(arrived).toHaveLength(2);
    expect(arrived[1]).toBe("after");
  });

  test.each<[string, unknown, string]>([
    ["a number", 404, "404"],
    ["a RegExp", /^\/users/, "/^\\/users/"],
    ["a BigInt", 10n, "10"],
    ["a symbol", Symbol("s"), "Symbol(s)"],
    ["an array", ["/a", "/b"], '["/a","/b"]'],
    ["an Error", new Error("no"), "Error: no"],
    ["an object", { path: "/a" }, '{"path":"/a"}'],
  ])("a name that is %s becomes text", (_kind, name, text) => {
    expect(names(encodeWith(encoder())([span({ name: name as never })]).body)).toEqual([text]);
  });

  test("a link without a context, and one with malformed IDs, are left out alone", () => {
    const context = { traceId: TRACE_ID, spanId: "1".repeat(16), traceFlags: 1 };
    const links = [{ context: undefined }, { context }, { context: { ...context, spanId: "x" } }, undefined] as never;
    expect(names(encodeWith(encoder())([span({ name: "linked", links })]).body)).toEqual(["linked"]);
  });

  test.each<[string, object]>([
    ["trace ID", { traceId: `"${"0".repeat(31)}` }],
    ["span ID", { spanId: "short" }],
  ])("a malformed %s is the reason of the span's loss", (_id, context) => {
    const batch = encodeWith(encoder())([]).batch;
    expect(() => batch.add(batch.itemOf(span({ context })))).toThrow("its trace ID or span ID is malformed");
    expect(batch.length).toBe(0);
  });

  test("an upper-case ID arrives, and a malformed parent is left out", () => {
    const context = { traceId: TRACE_ID.toUpperCase(), spanId: "A".repeat(16) };
    const parentSpanContext = { traceId: TRACE_ID, spanId: "no ID", traceFlags: 1 };
    expect(names(encodeWith(encoder())([span({ name: "kept", context, parentSpanContext })]).body)).toEqual(["kept"]);
  });

  test.each([Number.MAX_VALUE, Number.POSITIVE_INFINITY, Number.NaN, -1e30])("a time of %d seconds", (seconds) => {
    const time = [seconds, 0] as [number, number];
    const parts = { startTime: time, duration: time, events: [{ name: "event", time }] };
    expect(names(encodeWith(encoder())([span({ name: "timed", ...parts })]).body)).toEqual(["timed"]);
  });

  test("a resource that cannot be read costs no span", () => {
    const resource = { attributes: throwing() } as never;
    expect(names(encodeWith(encoder())([span({ name: "kept", resource })]).body)).toEqual(["kept"]);
  });
});

test.each<ConsoleFormat>(["json", "line", "waterfall"])("console, %s: bad spans fail alone", async (format) => {
  await fc.assert(
    fc.asyncProperty(hostileSpan, async (make) => {
      const lines: string[] = [];
      const exporter = new ConsoleExporter({ format, write: (line) => lines.push(line) });
      const before = span({ name: "before", kind: SpanKind.SERVER });
      const after = span({ name: "after", kind: SpanKind.SERVER });
      const { code, error } = await exportAll(exporter, [before, make(), after]);
      await exporter.forceFlush();
      expect(lines.filter((line) => line.includes("before"))).toHaveLength(1);
      expect(lines.filter((line) => line.includes("after"))).toHaveLength(1);
      // A waterfall has a title for each of its spans.
      const written = format === "waterfall" ? lines.filter((line) => !line.startsWith("trace ")) : lines;
      expect(written).toHaveLength(3 - (code === 0 ? 0 : (error?.failed as number)));
    }),
    { numRuns: 300 },
  );
});

test("console, json: a value that throws does not cost the line", async () => {
  const lines: string[] = [];
  const exporter = new ConsoleExporter({ format: "json", write: (line) => lines.push(line) });
  await exportAll(exporter, [span({ name: "kept", attributes: { good: 1, bad: throwing() as never } })]);
  expect(JSON.parse(lines[0] as string)).toMatchObject({
    name: "kept",
    attributes: { good: "1", bad: "[unreadable]" },
  });
});
