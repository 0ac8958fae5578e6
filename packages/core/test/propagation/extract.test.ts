import { ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { describe, expect, test } from "vitest";
import type { Extracted } from "../../src/headers/trace-context.js";
import { MeshPropagator, type MeshPropagatorOptions } from "../../src/propagation/mesh-propagator.js";
import { meshState } from "../../src/propagation/request-context.js";
import { type HeaderValues, type VectorContext, vectors } from "../vectors.js";

function asVector(extracted: Extracted): VectorContext | null {
  if (extracted === undefined) return null;
  const { sampling } = extracted;
  const ids = extracted.traceId === undefined ? undefined : extracted;
  return {
    traceId: ids?.traceId ?? null,
    spanId: ids?.spanId ?? null,
    parentId: ids?.parentId ?? null,
    sampled: sampling === "defer" ? null : sampling !== "deny",
    debug: sampling === "debug",
  };
}

describe("B3 extraction", () => {
  interface Row {
    name: string;
    headers: HeaderValues;
    expected: VectorContext | null;
  }
  const propagator = new MeshPropagator({ propagators: ["b3multi"] });
  test.each(vectors<Row>("b3-extract.json"))("$name", ({ headers, expected }) => {
    const context = propagator.extract(ROOT_CONTEXT, headers);
    expect(asVector(meshState(context)?.extracted)).toEqual(expected);
    if (expected?.traceId) expect(trace.getSpanContext(context)).toMatchObject({ traceId: expected.traceId });
  });
});

describe("B3 and W3C together", () => {
  interface Row {
    name: string;
    headers: HeaderValues;
    order?: MeshPropagatorOptions["propagators"];
    expected: { from: string; traceId: string; spanId: string; sampled: boolean; answersIn: string[] };
  }
  test.each(vectors<Row>("both-families.json"))("$name", ({ headers, order, expected }) => {
    const propagator = new MeshPropagator(order ? { propagators: order } : {});
    const context = propagator.extract(ROOT_CONTEXT, headers);
    const state = meshState(context);
    expect(state?.from).toBe(expected.from);
    expect(state?.answersIn).toEqual(expected.answersIn);
    expect(asVector(state?.extracted)).toMatchObject({
      traceId: expected.traceId,
      spanId: expected.spanId,
      sampled: expected.sampled,
    });
    const carrier: Record<string, string> = { ...headers } as Record<string, string>;
    propagator.inject(context, carrier);
    expect("x-b3-traceid" in carrier).toBe(expected.answersIn.includes("b3"));
    expect("traceparent" in carrier).toBe(expected.answersIn.includes("w3c"));
    expect(carrier["tracestate"]).not.toBe("");
  });
});

test("the tracestate of a stale traceparent goes with it", () => {
  const headers = {
    b3: "80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-1-05e3ac9a4f6e3b90",
    traceparent: "00-463ac35c9f6413ad48485a3953bb6124-a2fb4a1d1a96d312-01",
    tracestate: "vendor=1",
  };
  const context = new MeshPropagator().extract(ROOT_CONTEXT, headers);
  expect(trace.getSpanContext(context)?.traceState).toBeUndefined();
  const fresh = new MeshPropagator({ propagators: ["tracecontext", "b3multi"] }).extract(ROOT_CONTEXT, headers);
  expect(trace.getSpanContext(fresh)?.traceState?.serialize()).toBe("vendor=1");
});
