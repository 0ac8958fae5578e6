import { context, INVALID_SPAN_CONTEXT, ROOT_CONTEXT, type Span, trace } from "@opentelemetry/api";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ConsoleExporter } from "../../src/export/console/console-exporter.js";
import { ZipkinExporter } from "../../src/export/zipkin/zipkin-exporter.js";
import { initTracing } from "../../src/init.js";
import { logFields } from "../../src/logs.js";
import { adapterTracing } from "../../src/runtime/active-tracing.js";
import { forwardOnly } from "../../src/runtime/server-span.js";
import { splitShared } from "../../src/tracer/shared-span.js";
import { freshProcess, Kept } from "../fresh-process.js";
import { captureLog } from "../kit/captured-log.js";
import { headersOf, inRequest } from "./request.js";

beforeEach(freshProcess);
afterEach(freshProcess);

const FIELDS = {
  trace_id: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa7",
  span_id: "bbbbbbbbbbbbbbb7",
  trace_flags: "01",
  x_request_id: "request-7",
};

describe("values", () => {
  test("none outside of requests, and none for a span without IDs", () => {
    initTracing({ exporter: "none" });
    expect(logFields()).toEqual({});
    const invalid = trace.setSpanContext(ROOT_CONTEXT, INVALID_SPAN_CONTEXT);
    expect(context.with(invalid, () => logFields())).toEqual({});
  });

  test("of a request that is sampled, not sampled, forwarded, or ignored", () => {
    initTracing({ exporter: "none" });
    expect(inRequest(headersOf(7), () => logFields())).toEqual(FIELDS);
    const unsampled = { ...FIELDS, trace_flags: "00" };
    expect(inRequest(headersOf(7, false), () => logFields())).toEqual(unsampled);
    const { propagator } = adapterTracing();
    const forwarded = forwardOnly(
      propagator.extract(ROOT_CONTEXT, headersOf(7), { get: (c, n) => c[n], keys: () => [] }),
    );
    expect(context.with(forwarded, () => logFields())).toEqual(FIELDS);
  });

  test("of a request that brought a request ID alone", () => {
    initTracing({ exporter: "none", sampler: "always_off" });
    const fields = inRequest({ "x-request-id": "r-1" }, () => logFields());
    expect(fields).toEqual({ ...fields, trace_flags: "00", x_request_id: "r-1" });
    expect(fields["trace_id"]).toMatch(/^[0-9a-f]{32}$/);
  });

  test("before initTracing(), and where tracing is off", () => {
    expect(logFields()).toEqual({});
    initTracing({ disabled: true });
    const { propagator } = adapterTracing();
    const extracted = propagator.extract(ROOT_CONTEXT, headersOf(7), { get: (c, n) => c[n], keys: () => [] });
    expect(context.with(extracted, () => logFields())).toEqual(FIELDS);
  });

  test("of the span in which the line is logged", () => {
    initTracing({ exporter: "none" });
    inRequest(headersOf(7), () => {
      adapterTracing().tracer.startActiveSpan("work", (span: Span) => {
        expect(logFields()).toEqual({ ...FIELDS, span_id: span.spanContext().spanId });
        span.end();
      });
    });
  });
});

describe("the span ID is the backend's", () => {
  test.each([
    ["zipkin", false],
    ["console", false],
    ["jaeger", true],
    ["otlp", true],
  ] as const)("%s", (exporter, split) => {
    initTracing({ exporter, shutdown: { timeoutMs: 1 } });
    const id = inRequest(headersOf(7), () => logFields()["span_id"]);
    expect(id === FIELDS.span_id).toBe(!split);
    expect(id).toMatch(/^[0-9a-f]{16}$/);
  });

  test("an exporter of the app gets the ID that the line has", async () => {
    const kept = new Kept();
    const tracing = initTracing({ exporter: kept });
    const id = inRequest(headersOf(7), () => logFields()["span_id"]);
    await tracing.flush();
    expect(kept.getFinishedSpans()[0]?.spanContext().spanId).toBe(id);
    expect(id).not.toBe(FIELDS.span_id);
  });

  test.each([
    ["ZipkinExporter", () => new ZipkinExporter(), false],
    ["ConsoleExporter", () => new ConsoleExporter({ write() {} }), false],
    ["an exporter that the app wrapped itself", () => splitShared(new Kept()), true],
  ] as const)("%s", (_name, exporter, split) => {
    initTracing({ exporter: exporter(), shutdown: { timeoutMs: 1 } });
    expect(inRequest(headersOf(7), () => logFields()["span_id"]) !== FIELDS.span_id).toBe(split);
  });

  test("the first of several exporters counts, the option overrides it, and an unshared span has its own", () => {
    const tracing = initTracing({ exporter: ["zipkin", "jaeger"], shutdown: { timeoutMs: 1 } });
    inRequest(headersOf(7), () => {
      expect(logFields()["span_id"]).toBe(FIELDS.span_id);
      expect(logFields({ splitShared: true })["span_id"]).not.toBe(FIELDS.span_id);
    });
    const span = tracing.tracer.startSpan("root");
    const own = context.with(trace.setSpan(ROOT_CONTEXT, span), () => logFields({ splitShared: true }));
    expect(own["span_id"]).toBe(span.spanContext().spanId);
  });
});

describe("names", () => {
  test.each([
    ["opentelemetry", ["trace_id", "span_id", "trace_flags", "http.request.header.x-request-id"]],
    ["ecs", ["trace.id", "span.id", "labels.trace_flags", "http.request.id"]],
  ] as const)("%s, as an option and as a setting", (fields, names) => {
    initTracing({ exporter: "none", log: { fields } });
    const other = fields === "ecs" ? "default" : "ecs";
    inRequest(headersOf(7), () => {
      expect(logFields()).toEqual(Object.fromEntries(names.map((name, index) => [name, Object.values(FIELDS)[index]])));
      expect(logFields({ fields: other })).not.toEqual(logFields());
    });
  });

  test("names of the app; a field without a name is left out", () => {
    initTracing({ exporter: "none" });
    inRequest(headersOf(7), () => {
      expect(logFields({ fields: { traceId: "dd.trace_id" } })).toEqual({ "dd.trace_id": FIELDS.trace_id });
      expect(logFields({ fields: {} })).toEqual({});
    });
  });

  test("an unknown preset counts once a line, is logged once, and the setting holds", () => {
    const tracing = initTracing({ exporter: "none" });
    const said = captureLog();
    for (const fields of ["elastic", "elastic", "constructor", 7, null]) {
      inRequest(headersOf(7), () => expect(logFields({ fields: fields as never })).toEqual(FIELDS));
    }
    inRequest(headersOf(7), () => expect(logFields(null as never)).toEqual(FIELDS));
    expect(tracing.report().logLinesFailed).toBe(5);
    expect(said.filter((line) => line.startsWith("warn") && line.includes("elastic"))).toHaveLength(1);
  });
});

test("a span and options that throw when they are read: nothing is thrown, all are counted, one is logged", () => {
  const tracing = initTracing({ exporter: "none" });
  const said = captureLog();
  const broken = {
    spanContext() {
      throw new Error("a span of another library");
    },
  } as unknown as Span;
  const options = {
    get fields(): never {
      throw new Error("a getter");
    },
  };
  for (let index = 0; index < 3; index += 1) {
    expect(context.with(trace.setSpan(ROOT_CONTEXT, broken), () => logFields())).toEqual({});
    expect(logFields(options)).toEqual({});
  }
  expect(tracing.report().logLinesFailed).toBe(6);
  expect(said.filter((line) => line.includes("a span of another library") && line.startsWith("warn"))).toHaveLength(1);
});
