/**
 * A call must not get 431 because of what is forwarded: Node accepts 16 KiB of headers, and the app
 * has its own.
 */
import { ROOT_CONTEXT } from "@opentelemetry/api";
import { describe, expect, test } from "vitest";
import { MeshPropagator } from "../../src/propagation/mesh-propagator.js";
import { forwardOnly } from "../../src/runtime/server-span.js";
import { SPAN_ID, TRACE_ID } from "../kit/incoming-headers.js";

const MAX_FORWARDED = 9000;
const B3 = { "x-b3-traceid": TRACE_ID, "x-b3-spanid": SPAN_ID, "x-b3-sampled": "1" };
const W3C = { traceparent: `00-${TRACE_ID}-${SPAN_ID}-01` };
const long = (length: number): string => "x".repeat(length);
const members = Array.from({ length: 32 }, (_, index) => `a${index}=${long(250)}`).join(",");

const propagator = new MeshPropagator();

function sent(headers: Record<string, string>, only: boolean): Record<string, string> {
  const extracted = propagator.extract(ROOT_CONTEXT, headers);
  const carrier: Record<string, string> = {};
  propagator.inject(only ? forwardOnly(extracted) : extracted, carrier);
  return carrier;
}

const size = (headers: Record<string, string>): number => Object.entries(headers).flat().join("").length;

describe.each([
  ["continued", false],
  ["only forwarded", true],
])("a request that is %s", (_name, only) => {
  test.each<[string, Record<string, string>]>([
    ["one long header", { ...B3, sw8: long(16_000) }],
    ["many headers", { ...B3, sw8: long(4000), "x-request-id": long(4000), "x-cloud-trace-context": long(4000) }],
    ["tracestate beside other headers", { ...W3C, tracestate: members, sw8: long(8000) }],
    ["tracestate that is one member", { ...W3C, tracestate: `a=${long(16_000)}` }],
    ["a long b3", { b3: long(16_000) }],
    ["a long x-b3-traceid", { ...B3, "x-b3-traceid": long(16_000) }],
    ["a traceparent of a later version", { traceparent: `cc-${TRACE_ID}-${SPAN_ID}-01-${long(16_000)}` }],
    ["all", { ...B3, ...W3C, tracestate: members, sw8: long(8000), b3: long(16_000) }],
  ])("%s", (_case, headers) => {
    expect(size(sent(headers, only))).toBeLessThan(MAX_FORWARDED);
  });

  test("512 characters of tracestate go on in any case, at whole members", () => {
    const tracestate = `a=${long(250)},b=${long(250)},c=${long(20)}`;
    const headers = { ...W3C, tracestate: only ? tracestate.slice(0, 505) : tracestate, sw8: long(8192) };
    expect(sent(headers, only)["tracestate"]).toBe(tracestate.slice(0, 505));
    expect(sent(headers, only)["sw8"]).toHaveLength(8192);
  });

  test("what is not too long goes on as it came", () => {
    const headers = { ...W3C, tracestate: members.slice(0, 4000).replace(/,[^,]*$/, ""), sw8: long(2000) };
    expect(sent(headers, only)).toEqual(headers);
  });
});
