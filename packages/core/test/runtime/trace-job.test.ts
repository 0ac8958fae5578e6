import { context, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { initTracing, traceJob } from "../../src/index.js";
import { freshProcess, Kept } from "../fresh-process.js";
import { captureLog } from "../kit/captured-log.js";

beforeEach(freshProcess);
afterEach(freshProcess);

const TRACE = "463ac35c9f6413ad48485a3953bb6124";
const SPAN = "a2fb4a1d1a96d312";

test("a root span of kind INTERNAL, current in the job, exported when the promise settles", async () => {
  const kept = new Kept();
  initTracing({ exporter: kept });
  const result = await traceJob("nightly", async (span) => {
    await null;
    expect(trace.getSpan(context.active())).toBe(span);
    return 7;
  });
  expect(result).toBe(7);
  expect(kept.getFinishedSpans()).toMatchObject([{ name: "nightly", kind: SpanKind.INTERNAL }]);
  expect(kept.getFinishedSpans()[0]?.parentSpanContext).toBeUndefined();
});

test("an error is recorded, and the promise rejects with it", async () => {
  const kept = new Kept();
  initTracing({ exporter: kept });
  const error = new Error("disk full");
  const sync = (): never => {
    throw error;
  };
  await expect(traceJob("sync", sync)).rejects.toBe(error);
  await expect(traceJob("async", async () => sync())).rejects.toBe(error);
  for (const { status, events } of kept.getFinishedSpans()) {
    expect(status).toEqual({ code: SpanStatusCode.ERROR, message: "disk full" });
    expect(events).toHaveLength(1);
  }
  expect(kept.getFinishedSpans()).toHaveLength(2);
});

test.each([
  ["TRACEPARENT", { TRACEPARENT: `00-${TRACE}-${SPAN}-01`, TRACESTATE: "vendor=1", BAGGAGE: "tenant=blue" }],
  ["B3", { B3: `${TRACE}-${SPAN}-1` }],
  ["X_B3_TRACEID", { X_B3_TRACEID: TRACE, X_B3_SPANID: SPAN, X_B3_SAMPLED: "1" }],
])("a child of the caller's context from %s", async (_name, environment) => {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const kept = new Kept();
  initTracing({ exporter: kept, propagators: ["b3multi", "tracecontext", "baggage"] });
  const tenant = await traceJob("job", () => propagation.getActiveBaggage()?.getEntry("tenant")?.value);
  const [span] = kept.getFinishedSpans();
  expect(span?.spanContext().traceId).toBe(TRACE);
  expect(span?.parentSpanContext?.spanId).toBe(SPAN);
  expect(tenant).toBe("BAGGAGE" in environment ? "blue" : undefined);
});

test("an unsampled caller's decision holds, and a malformed variable counts as absent", async () => {
  const kept = new Kept();
  initTracing({ exporter: kept });
  vi.stubEnv("TRACEPARENT", `00-${TRACE}-${SPAN}-00`);
  await traceJob("unsampled", (span) => expect(span.spanContext()).toMatchObject({ traceId: TRACE, traceFlags: 0 }));
  vi.stubEnv("TRACEPARENT", "nonsense");
  await traceJob("root", () => {});
  expect(kept.getFinishedSpans()).toMatchObject([{ name: "root" }]);
});

test("a child of the active span, before the environment", async () => {
  vi.stubEnv("B3", `${TRACE}-${SPAN}-1`);
  const kept = new Kept();
  const { tracer } = initTracing({ exporter: kept });
  const parent = tracer.startSpan("parent", {}, ROOT_CONTEXT);
  await context.with(trace.setSpan(ROOT_CONTEXT, parent), () => traceJob("child", () => {}));
  expect(kept.getFinishedSpans()[0]?.parentSpanContext?.spanId).toBe(parent.spanContext().spanId);
});

test("a job that does not end is logged once; without a flush its span waits", async () => {
  const kept = new Kept();
  const tracing = initTracing({ exporter: kept });
  const said = captureLog();
  let end = (): void => {};
  const endless = new Promise<void>((resolve) => {
    end = resolve;
  });
  const job = traceJob("endless", () => endless, { warnAfterMs: 1, flush: false });
  const warnings = (): string[] => said.filter((line) => line.startsWith("warn") && line.includes("endless"));
  await expect.poll(warnings).toHaveLength(1);
  end();
  await job;
  expect(tracing.report()).toMatchObject({ ended: 1, queued: 1 });
});

test("without initTracing() the work runs as it is", async () => {
  await expect(traceJob("early", () => "done")).resolves.toBe("done");
});
