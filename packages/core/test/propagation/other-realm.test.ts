/** Values from a `vm` context, as those of Jest's test environments: their classes are not ours. */
import { runInNewContext } from "node:vm";
import { ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { expect, test } from "vitest";
import { MeshPropagator } from "../../src/propagation/mesh-propagator.js";
import { SPAN_ID, TRACE_ID } from "../kit/incoming-headers.js";

const HEADERS = { "X-B3-TraceId": TRACE_ID, "X-B3-SpanId": SPAN_ID, "X-B3-Sampled": "1" };

const carriers: Record<string, unknown> = {
  "bytes of message headers": runInNewContext(
    `Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, new Uint8Array([...value].map((c) => c.charCodeAt(0)))]))`,
    { headers: HEADERS },
  ),
  "a Map": runInNewContext("new Map(Object.entries(headers))", { headers: HEADERS }),
  "a list": runInNewContext("Object.entries(headers)", { headers: HEADERS }),
};

test.each(Object.entries(carriers))("%s are read", (_name, carrier) => {
  const context = new MeshPropagator().extract(ROOT_CONTEXT, carrier);
  expect(trace.getSpanContext(context)).toMatchObject({ traceId: TRACE_ID, spanId: SPAN_ID });
});

test("a Headers class of another realm matches names in any case", () => {
  const values = new Map(Object.entries(HEADERS).map(([name, value]) => [name.toLowerCase(), value]));
  const headers = {
    get: (name: string) => values.get(name.toLowerCase()) ?? null,
    set: (name: string, value: string) => void values.set(name.toLowerCase(), value),
    delete: (name: string) => values.delete(name.toLowerCase()),
    keys: () => values.keys(),
    [Symbol.toStringTag]: "Headers",
  };
  const propagator = new MeshPropagator();
  const context = propagator.extract(ROOT_CONTEXT, headers);
  expect(trace.getSpanContext(context)).toMatchObject({ traceId: TRACE_ID, spanId: SPAN_ID });
  propagator.inject(context, headers);
  expect([...values.keys()].filter((name) => name === "x-b3-traceid")).toHaveLength(1);
});
