import { DiagLogLevel, diag, ROOT_CONTEXT, SpanKind } from "@opentelemetry/api";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { afterAll, expect, test } from "vitest";
import { MeshPropagator } from "../../src/propagation/mesh-propagator.js";
import { startServerSpan } from "../../src/runtime/server-span.js";
import { captureLog } from "../kit/captured-log.js";
import { SPAN_ID, TRACE_ID } from "../kit/incoming-headers.js";
import type { Readable } from "../spans.js";

const said = captureLog(DiagLogLevel.INFO);
afterAll(() => diag.disable());

test("a provider that we did not build makes a child of the caller's span, which is logged once", () => {
  const tracer = new NodeTracerProvider().getTracer("theirs");
  const headers = {
    "x-b3-traceid": TRACE_ID,
    "x-b3-spanid": SPAN_ID,
    "x-b3-sampled": "1",
  };
  const context = new MeshPropagator().extract(ROOT_CONTEXT, headers);
  const start = (): Readable => startServerSpan(tracer, "GET", { kind: SpanKind.INTERNAL }, context) as Readable;
  startServerSpan(tracer, "a root shares with no one", {}, ROOT_CONTEXT);
  expect(said).toEqual([]);
  for (const span of [start(), start(), start()]) {
    expect(span.kind).toBe(SpanKind.SERVER);
    expect(span.spanContext().traceId).toBe(headers["x-b3-traceid"]);
    expect(span.spanContext().spanId).not.toBe(headers["x-b3-spanid"]);
    expect(span.parentSpanContext?.spanId).toBe(headers["x-b3-spanid"]);
  }
  expect(said).toEqual([expect.stringContaining("was not made by initTracing()")]);
});
