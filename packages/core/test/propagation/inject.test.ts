import { type Context, ROOT_CONTEXT, type SpanContext, TraceFlags, trace } from "@opentelemetry/api";
import { suppressTracing } from "@opentelemetry/core";
import { expect, test } from "vitest";
import { formatB3Single } from "../../src/headers/b3-single.js";
import {
  type Extracted,
  newTraceContext,
  type SamplingState,
  samplingDecision,
} from "../../src/headers/trace-context.js";
import { MeshPropagator } from "../../src/propagation/mesh-propagator.js";
import { NonRecordingSpan } from "../../src/propagation/non-recording-span.js";
import { withMeshState } from "../../src/propagation/request-context.js";
import { PARENT_SPAN_ID, SPAN_ID, TRACE_ID } from "../kit/incoming-headers.js";
import { type VectorContext, vectors } from "../vectors.js";

interface Row {
  name: string;
  format: "multi" | "single" | "single-no-parent" | "suppressed";
  context: VectorContext | null;
  carrierBefore: Record<string, string>;
  carrierAfter: Record<string, string>;
}

function fromVector(vector: VectorContext): Extracted {
  const state: SamplingState = vector.debug
    ? "debug"
    : vector.sampled === null
      ? "defer"
      : vector.sampled
        ? "accept"
        : "deny";
  if (vector.traceId === null || vector.spanId === null) return samplingDecision(state);
  return newTraceContext(vector.traceId, vector.spanId, vector.parentId ?? undefined, state);
}

function contextOf(extracted: Extracted): Context {
  const state = { extracted, from: "b3", answersIn: [], tracestate: undefined, passThrough: [] } as const;
  if (extracted?.traceId === undefined) return withMeshState(ROOT_CONTEXT, state, undefined);
  const spanContext: SpanContext = {
    traceId: extracted.traceId,
    spanId: extracted.spanId,
    traceFlags: TraceFlags.SAMPLED,
  };
  return withMeshState(ROOT_CONTEXT, state, new NonRecordingSpan("remote", spanContext));
}

test.each(vectors<Row>("b3-inject.json"))("$name", ({ format, context, carrierBefore, carrierAfter }) => {
  const carrier = { ...carrierBefore };
  const extracted = context === null ? undefined : fromVector(context);
  if (format === "single-no-parent") {
    const value = extracted && formatB3Single(extracted, false);
    expect({ b3: value }).toEqual(carrierAfter);
    return;
  }
  const propagator = new MeshPropagator({ propagators: [format === "single" ? "b3" : "b3multi"] });
  const from = extracted === undefined ? ROOT_CONTEXT : contextOf(extracted);
  propagator.inject(format === "suppressed" ? suppressTracing(from) : from, carrier);
  expect(carrier).toEqual(carrierAfter);
});

test("names of a copied header bag in another case do not survive", () => {
  const carrier: Record<string, string> = { "X-B3-TraceId": "1", B3: "0", Traceparent: "00-x", accept: "*/*" };
  const extracted = newTraceContext(TRACE_ID, SPAN_ID, undefined, "accept");
  new MeshPropagator({ propagators: ["b3multi"] }).inject(contextOf(extracted), carrier);
  // A family that is not configured is not ours to remove.
  expect(Object.keys(carrier).sort()).toEqual(["Traceparent", "accept", "x-b3-sampled", "x-b3-spanid", "x-b3-traceid"]);
});

test("a Headers carrier loses its stale b3", () => {
  const carrier = new Headers({ b3: "0", "x-b3-parentspanid": PARENT_SPAN_ID });
  const extracted = newTraceContext(TRACE_ID, SPAN_ID, undefined, "defer");
  new MeshPropagator().inject(contextOf(extracted), carrier);
  expect([...carrier.keys()]).toEqual(["traceparent", "tracestate", "x-b3-spanid", "x-b3-traceid"]);
  expect(trace.getSpan(ROOT_CONTEXT)).toBeUndefined();
});
