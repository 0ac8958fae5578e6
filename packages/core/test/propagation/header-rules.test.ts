/** Rules of the header set beyond B3's own: families, limits, carriers, setters, forwarding. */
import { type Context, defaultTextMapSetter, propagation, ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { describe, expect, test } from "vitest";
import { MeshPropagator, type MeshPropagatorOptions } from "../../src/propagation/mesh-propagator.js";
import { NonRecordingSpan } from "../../src/propagation/non-recording-span.js";
import { meshState, restartedContext } from "../../src/propagation/request-context.js";
import { forwardOnly } from "../../src/runtime/server-span.js";
import { OTHER_SPAN_ID, SPAN_ID, TRACE_ID } from "../kit/incoming-headers.js";

const B3 = { "x-b3-traceid": TRACE_ID, "x-b3-spanid": SPAN_ID, "x-b3-sampled": "1" };
const traceparent = `00-${TRACE_ID}-${SPAN_ID}-01`;
const both = new MeshPropagator();
const of = (propagators: NonNullable<MeshPropagatorOptions["propagators"]>): MeshPropagator =>
  new MeshPropagator({ propagators });

function sent(context: Context, by = both, onto: Record<string, string> = {}): Record<string, string> {
  by.inject(context, onto);
  return onto;
}
const through = (headers: unknown, by = both): Record<string, string> => sent(by.extract(ROOT_CONTEXT, headers), by);

describe("a family that no configured format writes", () => {
  test("is forwarded byte for byte, never parsed, and stays on a carrier", () => {
    const odd = { "x-b3-traceid": "NOT an ID", b3: "constructor" };
    expect(through({ ...odd, traceparent }, of(["tracecontext"]))).toEqual({ ...odd, traceparent });
    expect(through({ ...B3, traceparent }, of([]))).toEqual({ ...B3, traceparent });
    const copied = { traceparent: `00-${TRACE_ID}-${OTHER_SPAN_ID}-01` };
    expect(sent(of(["b3multi"]).extract(ROOT_CONTEXT, { ...B3, traceparent }), of(["b3multi"]), copied)).toEqual({
      ...B3,
      traceparent: `00-${TRACE_ID}-${OTHER_SPAN_ID}-01`,
    });
  });

  test("fields() names the headers of the configured formats and the request ID", () => {
    expect(of(["tracecontext"]).fields()).toEqual(["traceparent", "tracestate", "x-request-id"]);
    expect(of(["b3"]).fields()).toEqual(["b3", "x-request-id"]);
    expect(both.fields()).toHaveLength(8);
  });
});

describe("both families of one span", () => {
  test.each([
    ["00", "deny"],
    ["01", "accept"],
  ])("the decision %s of traceparent holds where B3 deferred", (flags, sampling) => {
    const headers = {
      "x-b3-traceid": TRACE_ID,
      "x-b3-spanid": SPAN_ID,
      traceparent: `00-${TRACE_ID}-${SPAN_ID}-${flags}`,
    };
    expect(meshState(both.extract(ROOT_CONTEXT, headers))?.extracted?.sampling).toBe(sampling);
  });

  test("a 64-bit B3 trace ID is the low half of traceparent's: each is answered with its own", () => {
    const headers = { ...B3, "x-b3-traceid": TRACE_ID.slice(16), traceparent };
    expect(meshState(both.extract(ROOT_CONTEXT, headers))?.extracted?.traceId).toBe(TRACE_ID);
    expect(through(headers)).toEqual({ ...headers, tracestate: `meshtrace=${SPAN_ID}` });
  });
});

test("the random flag goes on as it came", () => {
  for (const flags of ["00", "01", "02", "03"]) {
    const headers = { traceparent: `00-${TRACE_ID}-${SPAN_ID}-${flags}` };
    expect(through(headers)).toEqual(headers);
  }
});

test("tracestate goes on as it came: keys of Level 2, and more than 512 characters", () => {
  const long = Array.from({ length: 9 }, (_, index) => `k${index}=${"v".repeat(60)}`).join(",");
  for (const tracestate of ["foo@=1,0dig=2,a=3", long]) {
    const context = both.extract(ROOT_CONTEXT, { traceparent, tracestate });
    const child = { ...(trace.getSpanContext(context) as object), spanId: OTHER_SPAN_ID } as never;
    const span = new NonRecordingSpan("unsampled", child);
    expect(sent(trace.setSpan(context, span))["tracestate"]).toBe(tracestate);
  }
});

test("a trace that starts inside of a request goes out in every family, marked, without the old tracestate", () => {
  const context = both.extract(ROOT_CONTEXT, { traceparent, tracestate: "vendor=1" });
  const root = trace.wrapSpanContext({ traceId: TRACE_ID.replace("8", "9"), spanId: OTHER_SPAN_ID, traceFlags: 1 });
  expect(sent(trace.setSpan(context, root))).toEqual({
    "x-b3-traceid": TRACE_ID.replace("8", "9"),
    "x-b3-spanid": OTHER_SPAN_ID,
    "x-b3-sampled": "1",
    traceparent: `00-${TRACE_ID.replace("8", "9")}-${OTHER_SPAN_ID}-01`,
    tracestate: `meshtrace=${OTHER_SPAN_ID}`,
  });
});

test("a restarted request keeps its request ID alone", () => {
  const headers = { "x-b3-sampled": "1", "x-b3-flags": "1", sw8: "1-x", "x-request-id": "r-1" };
  const baggage = propagation.createBaggage({ a: { value: "1" } });
  const context = restartedContext(propagation.setBaggage(both.extract(ROOT_CONTEXT, headers), baggage));
  expect(sent(context)).toEqual({ "x-request-id": "r-1" });
  expect(propagation.getBaggage(context)).toBeUndefined();
  expect(meshState(context)?.extracted).toBeUndefined();
});

test("what is only forwarded goes on exactly as it came", () => {
  const rows = [
    { ...B3, traceparent: `00-${TRACE_ID.replace("8", "9")}-${OTHER_SPAN_ID}-03`, tracestate: "a=1 , B=2,c=3" },
    { b3: `${TRACE_ID}-${SPAN_ID}-0`, traceparent: `cc-${TRACE_ID}-${SPAN_ID}-01` },
    { "x-b3-traceid": TRACE_ID, "x-b3-spanid": SPAN_ID, "x-b3-sampled": "0", "x-b3-flags": "1" },
  ];
  for (const headers of rows) expect(sent(forwardOnly(both.extract(ROOT_CONTEXT, headers)))).toEqual(headers);
});

test("8 KiB are forwarded at most; what exceeds them is left out and counted", () => {
  const malformed: string[] = [];
  const by = new MeshPropagator({ onMalformed: (header) => malformed.push(header) });
  const headers = { "x-request-id": "r-1", "x-datadog-tags": "t".repeat(9000), sw8: "1" };
  expect(through(headers, by)).toEqual({ "x-request-id": "r-1", sw8: "1" });
  expect(malformed).toEqual(["x-datadog-tags"]);
});

describe("carriers", () => {
  test("bytes, numbers and booleans are read; one odd value harms no other, and is counted", () => {
    const malformed: string[] = [];
    const by = new MeshPropagator({ onMalformed: (header) => malformed.push(header) });
    const headers = { "x-b3-traceid": Buffer.from(TRACE_ID), "x-b3-spanid": [Buffer.from(SPAN_ID)], "x-b3-sampled": 0 };
    expect(through({ ...headers, tracestate: null, b3: {}, sw8: Symbol("odd") }, by)).toEqual({
      ...B3,
      "x-b3-sampled": "0",
    });
    expect(malformed.sort()).toEqual(["b3", "sw8"]);
  });

  test("names in any case, where get() answers an empty text for what is not there", () => {
    const map = new Map([["Traceparent", traceparent]]);
    const exact = {
      get: (name: string) => map.get(name) ?? "",
      set: (name: string, value: string) => void map.set(name, value),
      keys: () => map.keys(),
      delete: (name: string) => void map.delete(name),
    };
    const context = both.extract(ROOT_CONTEXT, exact);
    expect(trace.getSpanContext(context)?.spanId).toBe(SPAN_ID);
    both.inject(context, exact);
    expect([...map]).toEqual([["traceparent", traceparent]]);
  });

  test("a list of objects with one property each", () => {
    expect(through([{ traceparent: Buffer.from(traceparent) }, { other: "1" }])).toEqual({ traceparent });
  });
});

test("a setter of the caller's own is all that touches its carrier", () => {
  const calls: string[] = [];
  const refuse = (name: string) => () => calls.push(name);
  const row = { delete: refuse("delete"), remove: refuse("remove"), removeHeader: refuse("removeHeader"), b3: "0" };
  const written: Record<string, string> = {};
  const context = both.extract(ROOT_CONTEXT, { ...B3, "x-request-id": "r-1", sw8: "1" });
  both.inject(context, Object.freeze(row), {
    set: (_, name, value) => {
      written[name] = value;
    },
  });
  expect(calls).toEqual([]);
  expect(written).toEqual({ ...B3, "x-request-id": "r-1" });
});

test("without a current context a well-formed set stays, a malformed one does not", () => {
  expect(sent(ROOT_CONTEXT, both, { ...B3, sw8: "1" })).toEqual({ ...B3, sw8: "1" });
  expect(sent(ROOT_CONTEXT, both, { ...B3, "x-b3-spanid": "x" })).toEqual({});
});

test.each([
  ["authorization", "AWS4-HMAC-SHA256 Credential=c, SignedHeaders=host;traceparent, Signature=s"],
  ["Signature-Input", 'sig1=("@method" "traceparent");created=1'],
])("a header that %s covers stays as it is", (name, value) => {
  const signed = { traceparent: `00-${TRACE_ID}-${OTHER_SPAN_ID}-01`, [name]: value };
  const context = both.extract(ROOT_CONTEXT, { ...B3, traceparent });
  expect(sent(context, both, { ...signed })).toMatchObject({ ...signed, "x-b3-spanid": SPAN_ID });
});

test("a getter that does more than read a property is used as it is", () => {
  const requested: string[] = [];
  const getter = {
    get: (from: unknown, name: string) => {
      requested.push(name);
      return (from as Record<string, string>)[`my-${name}`];
    },
    keys: () => [],
  };
  const context = both.extract(ROOT_CONTEXT, { "my-traceparent": traceparent }, getter);
  expect(requested).toContain("traceparent");
  const onto: Record<string, string> = {};
  both.inject(context, onto, defaultTextMapSetter);
  expect(onto).toEqual({ traceparent });
});
