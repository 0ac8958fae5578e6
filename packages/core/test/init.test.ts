import {
  context,
  defaultTextMapGetter,
  diag,
  propagation,
  ROOT_CONTEXT,
  type Span,
  type TextMapPropagator,
  trace,
} from "@opentelemetry/api";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { TracingConfigError } from "../src/config/config-error.js";
import type { TracingOptions } from "../src/config/tracing-options.js";
import { initTracing } from "../src/init.js";
import { adapterTracing } from "../src/runtime/active-tracing.js";
import { forwardHeaders } from "../src/runtime/forward-headers.js";
import { forwardOnly, startServerSpan } from "../src/runtime/server-span.js";
import { freshProcess, Kept } from "./fresh-process.js";
import { captureLog } from "./kit/captured-log.js";
import { SPAN_ID, TRACE_ID } from "./kit/incoming-headers.js";

beforeEach(freshProcess);
afterEach(freshProcess);

const INCOMING = {
  "x-b3-traceid": TRACE_ID,
  "x-b3-spanid": SPAN_ID,
  "x-b3-sampled": "1",
  "x-request-id": "r-1",
};
const quiet: TracingOptions = { exporter: "none" };

test("registers with OpenTelemetry's API: any library's tracer makes our spans, and calls carry the headers", () => {
  initTracing(quiet);
  const incoming = propagation.extract(ROOT_CONTEXT, INCOMING);
  const server = startServerSpan(trace.getTracer("the app's"), "GET", {}, incoming);
  expect(server.spanContext().spanId).toBe(INCOMING["x-b3-spanid"]);
  context.with(trace.setSpan(incoming, server), () => {
    expect(trace.getActiveSpan()).toBe(server);
    expect(forwardHeaders(context.active())).toMatchObject({ ...INCOMING, "x-b3-spanid": INCOMING["x-b3-spanid"] });
  });
});

test("called twice it returns the first handle, and says so", () => {
  const said = captureLog();
  const first = initTracing(quiet);
  expect(said.filter((line) => !/^(debug|info) /.test(line))).toEqual([]);
  expect(initTracing({ exporter: "jeager" as never })).toBe(first);
  expect(said.filter((line) => !/^(debug|info) /.test(line))).toEqual([
    expect.stringMatching(/^warn meshtrace: initTracing\(\) was called before/),
  ]);
});

test("after shutdown() it starts anew: another handle, registered, with its own settings", async () => {
  const said = captureLog();
  const [first, second] = [new Kept(), new Kept()];
  const earlier = initTracing({ exporter: first });
  trace.getTracer("the app's").startSpan("one").end();
  await earlier.shutdown();
  const later = initTracing({ exporter: second, sharedSpan: false });
  expect(later).not.toBe(earlier);
  expect(adapterTracing().enabled).toBe(true);
  trace.getTracer("the app's").startSpan("two").end();
  await later.flush();
  expect([first, second].map((one) => one.getFinishedSpans().map(({ name }) => name))).toEqual([["one"], ["two"]]);
  expect(said.filter((line) => !/^(debug|info) /.test(line))).toEqual([]);
  expect(initTracing()).toBe(later);
});

describe("mistakes", () => {
  test("one TracingConfigError has them all, of options and environment, and nothing is registered", () => {
    vi.stubEnv("OTEL_TRACES_EXPORTER", "jeager");
    vi.stubEnv("MESHTRACE_TRUST", "maybe");
    const start = (): unknown => initTracing({ sampler: 2 });
    expect(start).toThrow(TracingConfigError);
    try {
      start();
    } catch (error) {
      expect((error as Error).message.split("\n")).toEqual([
        "sampler=2: a ratio from 0 to 1, always_on, always_off, { perSecond }, " +
          "{ jaegerRemote: { endpoint, pollingIntervalMs (from 1000), initialRatio (0 to 1) } }, or a Sampler",
        "OTEL_TRACES_EXPORTER=jeager: unknown exporter; one of jaeger, zipkin, otlp, console, none",
        "MESHTRACE_TRUST=maybe: one of continue, restart, ignore",
      ]);
      expect((error as TracingConfigError).problems).toHaveLength(3);
    }
    expect(adapterTracing().enabled).toBe(false);
    expect(propagation.fields()).toEqual([]);
    // The next attempt is not the second one.
    vi.unstubAllEnvs();
    expect(initTracing(quiet).tracer.startSpan("made").isRecording()).toBe(true);
  });

  test("strict: false makes them a warning, and headers are still forwarded", () => {
    const said = captureLog();
    const tracing = initTracing({ exporter: "jeager" as never, strict: false });
    expect(said.filter((line) => !/^(debug|info) /.test(line))).toEqual([
      expect.stringMatching(/^warn meshtrace: tracing is off, .*exporter=jeager: unknown exporter/),
    ]);
    expect(tracing.tracer.startSpan("none").isRecording()).toBe(false);
    expect(forwardHeaders(propagation.extract(ROOT_CONTEXT, INCOMING))).toEqual(INCOMING);
    expect(tracing.config["disabled"]).toEqual({ value: true, source: "strict: false" });
  });

  test("an exporter that cannot be built is one of them", () => {
    expect(() => initTracing({ exporter: "zipkin", endpoint: "http://", jaeger: {} })).toThrow(TracingConfigError);
  });
});

describe("disabled", () => {
  test.each([
    ["OTEL_SDK_DISABLED", "true"],
    ["JAEGER_DISABLED", "true"],
  ])("%s=%s: no spans, and the headers go on as they came", async (variable, text) => {
    vi.stubEnv(variable, text);
    const tracing = initTracing();
    expect(adapterTracing().enabled).toBe(false);
    const incoming = forwardOnly(propagation.extract(ROOT_CONTEXT, INCOMING));
    await context.with(incoming, async () => {
      await null;
      const span = trace.getTracer("the app's").startSpan("work");
      expect(span.isRecording()).toBe(false);
      const sent = {};
      propagation.inject(trace.setSpan(context.active(), span), sent);
      expect(sent).toEqual(INCOMING);
    });
    expect(tracing.report()).toMatchObject({ started: 0, ended: 0 });
    expect(tracing.config["serviceName"]?.source).toBe("package.json");
    await tracing.shutdown();
  });

  test("OTEL_SDK_DISABLED=false does not disable", () => {
    vi.stubEnv("OTEL_SDK_DISABLED", "false");
    expect(initTracing(quiet).tracer.startSpan("work").isRecording()).toBe(true);
  });
});

test("the app's own logger stays, whatever level is asked for", () => {
  const said = captureLog();
  vi.stubEnv("OTEL_LOG_LEVEL", "error");
  initTracing({ ...quiet, logLevel: "none" });
  diag.warn("still heard");
  expect(said.filter((line) => !/^(debug|info) /.test(line))).toEqual(["warn still heard"]);
});

test("limits hold for spans, events and links", async () => {
  vi.stubEnv("OTEL_ATTRIBUTE_COUNT_LIMIT", "2");
  vi.stubEnv("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "3");
  vi.stubEnv("OTEL_SPAN_EVENT_COUNT_LIMIT", "1");
  vi.stubEnv("OTEL_SPAN_LINK_COUNT_LIMIT", "1");
  vi.stubEnv("OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", "1");
  const memory = new Kept();
  const tracing = initTracing({ exporter: memory });
  const other = { traceId: INCOMING["x-b3-traceid"], spanId: INCOMING["x-b3-spanid"], traceFlags: 1 };
  const span = tracing.tracer.startSpan("s", { attributes: { a: "long text", b: 1, c: 1 } });
  span.addEvent("one", { a: 1, b: 2 }).addEvent("two", { a: 1, b: 2 });
  span.addLinks([{ context: other }, { context: other }]);
  span.end();
  await tracing.flush();
  const [recorded] = memory.getFinishedSpans();
  expect(recorded?.attributes).toEqual({ a: "lon", b: 1 });
  expect(recorded?.events.map((event) => Object.keys(event.attributes ?? {}).length)).toEqual([1]);
  expect(recorded?.links).toHaveLength(1);
});

test.each([
  ["always_on", 1000, 1000],
  ["always_off", 0, 0],
  [0.5, 350, 650],
  [{ perSecond: 5 }, 5, 10],
] as const)("the sampler %o", (sampler, least, most) => {
  const { tracer } = initTracing({ ...quiet, sampler });
  const spans = Array.from({ length: 1000 }, () => tracer.startSpan("root", { root: true }));
  const recorded = spans.filter((span) => span.isRecording()).length;
  expect(recorded).toBeGreaterThanOrEqual(least);
  expect(recorded).toBeLessThanOrEqual(most);
});

test("propagators: none, baggage, one of the app's own", () => {
  const baggage = initTracing({ ...quiet, propagators: ["b3", "baggage"] }).propagator;
  const incoming = baggage.extract(
    ROOT_CONTEXT,
    { ...INCOMING, baggage: "a=1" },
    { get: (from, name) => from[name as never], keys: Object.keys },
  );
  const sent: Record<string, string> = {};
  baggage.inject(incoming, sent, { set: (to, name, value) => void Object.assign(to, { [name]: value }) });
  expect(sent).toEqual({
    b3: `${INCOMING["x-b3-traceid"]}-${INCOMING["x-b3-spanid"]}-1`,
    baggage: "a=1",
    "x-request-id": "r-1",
  });
});

test("propagators of the app beside ours, and alone", () => {
  const carrier = (sent: Record<string, string>) => ({
    set: (_to: unknown, name: string, value: string) => void Object.assign(sent, { [name]: value }),
  });
  const own: TextMapPropagator = {
    inject: (_context, to, setter) => setter.set(to, "x-own", "1"),
    extract: (context) => context,
    fields: () => ["x-own"],
  };
  const both = initTracing({ ...quiet, propagators: [own, "b3"] }).propagator;
  const sent: Record<string, string> = {};
  both.inject(both.extract(ROOT_CONTEXT, INCOMING, defaultTextMapGetter), sent, carrier(sent));
  expect(Object.keys(sent).sort()).toEqual(["b3", "x-own", "x-request-id"]);
  expect(both.fields()).toContain("x-own");
});

test("the app's propagator in place of our own", () => {
  const own: TextMapPropagator = { inject() {}, extract: (context) => context, fields: () => [] };
  expect(initTracing({ ...quiet, propagators: own }).propagator).toBe(own);
});

test("processors and IDs of the app: a processor sees each span before it is exported", async () => {
  const memory = new Kept();
  const processor = {
    onStart: (span: Span) => void span.setAttribute("seen", true),
    onEnd: vi.fn(),
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const idGenerator = { generateTraceId: () => "1".repeat(32), generateSpanId: () => "2".repeat(16) };
  const tracing = initTracing({ exporter: memory, spanProcessors: [processor], idGenerator });
  tracing.tracer.startSpan("one").end();
  await tracing.flush();
  const [exported] = memory.getFinishedSpans();
  expect(exported?.attributes).toEqual({ seen: true });
  expect(exported?.spanContext()).toMatchObject({ traceId: "1".repeat(32), spanId: "2".repeat(16) });
  expect(processor.onEnd).toHaveBeenCalledOnce();
});

describe("variables that are not read", () => {
  test("are one warning", () => {
    vi.stubEnv("OTEL_CONFIG_FILE", "otel.yaml");
    vi.stubEnv("JAEGER_REPORTER_LOG_SPANS", "true");
    const said = captureLog();
    initTracing(quiet);
    expect(said.filter((line) => line.startsWith("warn"))).toEqual([
      expect.stringMatching(/^warn meshtrace: variables that are set and not read: OTEL_CONFIG_FILE .*JAEGER_REPORTER/),
    ]);
  });

  test("because Kubernetes set them are named at debug level", () => {
    vi.stubEnv("JAEGER_AGENT_PORT", "udp://10.96.12.7:6831");
    const said = captureLog();
    const tracing = initTracing();
    expect(tracing.config["jaeger.protocol"]?.value).toBe("http/thrift.binary");
    expect(said.filter((line) => line.includes("JAEGER_AGENT_PORT"))).toEqual([expect.stringMatching(/^debug /)]);
  });
});

test("a working directory that was removed is no mistake", () => {
  vi.spyOn(process, "cwd").mockImplementation(() => {
    throw Object.assign(new Error("ENOENT: no such file or directory, uv_cwd"), { code: "ENOENT" });
  });
  const { argv } = process;
  process.argv = argv.slice(0, 1);
  try {
    expect(initTracing(quiet).config["serviceName"]).toEqual({ value: "unknown_service:node", source: "default" });
  } finally {
    process.argv = argv;
    vi.restoreAllMocks();
  }
});

test("config shows what is in force, without secrets", () => {
  vi.stubEnv("KUBERNETES_SERVICE_HOST", "10.96.0.1");
  const { config } = initTracing({ headers: { authorization: "geheim" } });
  expect(config).toMatchObject({
    exporter: { value: "jaeger", source: "default" },
    "jaeger.endpoint": { value: "http://jaeger-collector.istio-system:14268/api/traces", source: "kubernetes" },
    headers: { value: "***", source: "option" },
  });
  expect(Object.keys(config)).not.toContain("zipkin.endpoint");
});
