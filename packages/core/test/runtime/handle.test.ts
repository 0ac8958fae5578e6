/** The handle that initTracing() returns: its books, and its end. */
import { propagation, ROOT_CONTEXT } from "@opentelemetry/api";
import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace-node";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { initTracing } from "../../src/init.js";
import { adapterTracing } from "../../src/runtime/active-tracing.js";
import { extractTraceContext, forwardHeaders } from "../../src/runtime/forward-headers.js";
import { freshProcess, Kept } from "../fresh-process.js";
import { captureLog } from "../kit/captured-log.js";
import { SPAN_ID, TRACE_ID } from "../kit/incoming-headers.js";

beforeEach(freshProcess);
afterEach(freshProcess);

const INCOMING = {
  "x-b3-traceid": TRACE_ID,
  "x-b3-spanid": SPAN_ID,
  "x-b3-sampled": "1",
  "x-request-id": "r-1",
};

describe("the report", () => {
  test("counts every span, each exporter for itself, malformed headers and hosts", async () => {
    const memory = new Kept();
    const refusing: SpanExporter = {
      export: (_spans, done) => done({ code: 1, error: new Error("no") }),
      shutdown: async () => {},
    };
    const said = captureLog();
    const tracing = initTracing({ exporter: [memory, refusing], batch: { maxQueueSize: 4 } });
    const spans = ["a", "b", "c"].map((name) => tracing.tracer.startSpan(name));
    for (const span of spans.slice(0, 2)) span.end();
    expect(tracing.report()).toMatchObject({ started: 6, ended: 4, queued: 4, exported: 0 });
    await tracing.flush();
    extractTraceContext({ b3: "nonsense", "x-b3-traceid": "zz", "x-b3-spanid": "1", "x-b3-sampled": "maybe" });
    extractTraceContext({ "X-B3-TraceId": "zz", tracestate: "," });
    extractTraceContext({ b3: "counted once in two looks", "X-B3-Sampled": "1" });
    adapterTracing().notPropagatedTo("example.com");
    const { exporters, ...report } = tracing.report();
    expect(report).toEqual({
      started: 6,
      ended: 4,
      exported: 2,
      failed: 2,
      dropped: 0,
      queued: 0,
      requests: {
        received: 0,
        joined: 0,
        continued: 0,
        started: 0,
        unsampledByCaller: 0,
        unsampledBySampler: 0,
        forwarded: 0,
      },
      messages: { produced: 0, consumed: 0, failed: 0, open: 0, headersOmitted: 0, unwritable: 0, unreadable: 0 },
      headersMalformed: { b3: 2, "x-b3-traceid": 2, "x-b3-sampled": 1 },
      hostsNotPropagatedTo: 1,
      logLinesFailed: 0,
    });
    expect(Object.values(exporters)).toMatchObject([{ exported: 2 }, { failed: 2 }]);
    expect(said.filter((line) => line.startsWith("debug meshtrace: malformed"))).toHaveLength(5);
    expect(said.filter((line) => line.startsWith("warn"))).toHaveLength(1);
    spans[2]?.end();
  });

  test("a full queue drops, and a batch is never larger than the queue", async () => {
    const sizes: number[] = [];
    const slow: SpanExporter = {
      export(spans: ReadableSpan[], done) {
        sizes.push(spans.length);
        setImmediate(done, { code: 0 });
      },
      shutdown: async () => {},
    };
    const said = captureLog();
    const tracing = initTracing({ exporter: slow, batch: { maxQueueSize: 10 } });
    for (let index = 0; index < 100; index += 1) tracing.tracer.startSpan("x").end();
    await tracing.flush();
    const { ended, exported, dropped, queued } = tracing.report();
    expect({ ended, queued, sum: exported + dropped }).toEqual({ ended: 100, queued: 0, sum: 100 });
    expect(dropped).toBeGreaterThan(0);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(10);
    // Once a minute at most, however many were lost.
    expect(said.filter((line) => line.includes("lost"))).toHaveLength(1);
  });

  test("a queue that is smaller than a batch goes out when it is full", async () => {
    const memory = new Kept();
    const batch = { maxQueueSize: 10, scheduledDelayMillis: 2 ** 31 - 1 };
    const tracing = initTracing({ exporter: memory, batch });
    for (let index = 0; index < 10; index += 1) tracing.tracer.startSpan("x").end();
    await vi.waitUntil(() => tracing.report().exported === 10, { timeout: 10_000 });
  });
});

describe("the end", () => {
  const stuck: SpanExporter = { export() {}, shutdown: async () => {} };

  test("flush({ timeoutMs }) returns in time, and says what still waits", async () => {
    const said = captureLog();
    const tracing = initTracing({ exporter: stuck });
    tracing.tracer.startSpan("waits").end();
    await tracing.flush({ timeoutMs: 20 });
    expect(said).toContain("warn meshtrace: after 20 ms of flushing 1 spans still wait");
    expect(tracing.report().queued).toBe(1);
  });

  test("shutdown() is idempotent, gives the last report, and forwards headers from then on", async () => {
    const memory = new Kept();
    const tracing = initTracing({ exporter: memory });
    tracing.tracer.startSpan("delivered").end();
    const late = tracing.tracer.startSpan("late");
    const [first, second] = await Promise.all([tracing.shutdown(), tracing.shutdown()]);
    expect(first).toBe(second);
    expect(await tracing.shutdown()).toBe(first);
    expect(first).toMatchObject({ ended: 1, exported: 1, queued: 0 });
    late.end();
    expect(tracing.report()).toMatchObject({ ended: 2, exported: 1, dropped: 1, queued: 0 });
    expect(adapterTracing().enabled).toBe(false);
    expect(forwardHeaders(propagation.extract(ROOT_CONTEXT, INCOMING))).toEqual(INCOMING);
    expect(memory.getFinishedSpans()).toHaveLength(1);
  });

  test("a shutdown that runs out of time counts what it gave up as failed", async () => {
    const tracing = initTracing({ exporter: stuck, shutdown: { timeoutMs: 20 } });
    tracing.tracer.startSpan("lost").end();
    expect(await tracing.shutdown()).toMatchObject({ ended: 1, failed: 1, queued: 0 });
  });

  test("await using ends it", async () => {
    const memory = new Kept();
    const tracing = initTracing({ exporter: memory });
    tracing.tracer.startSpan("delivered").end();
    await tracing[Symbol.asyncDispose]();
    expect(memory.getFinishedSpans()).toHaveLength(1);
    expect(adapterTracing().enabled).toBe(false);
  });
});
