import { context, ROOT_CONTEXT, SpanKind, trace } from "@opentelemetry/api";
import { afterAll, expect, test } from "vitest";
import { initTracing } from "../../src/init.js";
import { forceTrace } from "../../src/runtime/force-trace.js";
import { forwardHeaders } from "../../src/runtime/forward-headers.js";

const tracing = initTracing({ exporter: "none", sampler: "always_off", shutdown: false });
afterAll(() => tracing.shutdown());
const UNSAMPLED = {
  "x-b3-traceid": "80f198ee56343ba864fe8b2a57d3eff7",
  "x-b3-spanid": "e457b5a2e4d86bd1",
  "x-b3-sampled": "0",
  "x-request-id": "ec219ebe-5bfd-918f-a8aa-ff14b5843aa7",
};

test("without a trace a span is recorded, its children too, and calls say so", () => {
  expect(tracing.tracer.startSpan("not sampled", {}, ROOT_CONTEXT).isRecording()).toBe(false);
  const span = tracing.tracer.startSpan("forced", {}, forceTrace(ROOT_CONTEXT));
  const inside = trace.setSpan(forceTrace(ROOT_CONTEXT), span);
  expect(span.isRecording()).toBe(true);
  expect(tracing.tracer.startSpan("child", {}, inside).isRecording()).toBe(true);
  expect(forwardHeaders(inside)).toMatchObject({ "x-b3-sampled": "1", traceparent: expect.stringMatching(/-01$/) });
});

test("within an unsampled request a new trace starts, with the same request ID", () => {
  const extracted = tracing.propagator.extract(ROOT_CONTEXT, UNSAMPLED, {
    get: (headers, name) => headers[name as keyof typeof UNSAMPLED],
    keys: Object.keys,
  });
  const request = tracing.tracer.startSpan("request", { kind: SpanKind.SERVER }, extracted);
  const within = trace.setSpan(extracted, request);
  const forced = context.with(within, () => forceTrace(context.active()));
  const span = tracing.tracer.startSpan("forced", {}, forced);
  expect(span.isRecording()).toBe(true);
  const headers = forwardHeaders(trace.setSpan(forced, span));
  expect(headers["x-b3-traceid"]).not.toBe(UNSAMPLED["x-b3-traceid"]);
  expect(headers).toMatchObject({ "x-b3-sampled": "1", "x-request-id": UNSAMPLED["x-request-id"] });
  expect(tracing.tracer.startSpan("outside", {}, within).isRecording()).toBe(false);
});
