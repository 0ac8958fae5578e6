/** Corners of the grammars that no vector has. */
import { describe, expect, test } from "vitest";
import { parseB3Single } from "../../src/headers/b3-single.js";
import { firstValue, forwardable } from "../../src/headers/header-value.js";
import { parseTraceparent } from "../../src/headers/traceparent.js";
import { parseTracestate } from "../../src/headers/tracestate.js";
import { PARENT_SPAN_ID, SPAN_ID, TRACE_ID } from "../kit/incoming-headers.js";

test.each([
  ["a field behind a parent without a state", `${TRACE_ID}-${SPAN_ID}-${PARENT_SPAN_ID}-1`],
  ["a trace ID of 24 characters", `${TRACE_ID.slice(8)}-${SPAN_ID}-1`],
  ["a trace ID alone", TRACE_ID],
  ["a state behind a dash", "-d"],
  ["a state behind the IDs' dashes", "--d"],
  ["two states", "1-d"],
  ["a word as the state", `${TRACE_ID}-${SPAN_ID}-true`],
  ["white space around the state", `${TRACE_ID}-${SPAN_ID}- 1`],
])("b3: %s is malformed", (_name, text) => {
  expect(parseB3Single(text)).toBeUndefined();
});

describe("traceparent", () => {
  const ids = `${TRACE_ID}-${SPAN_ID}`;
  test.each([
    [`00-${ids}-01`, "accept"],
    [`00-${ids}-00`, "deny"],
    ["the random flag alone", "deny", `00-${ids}-02`],
    ["both flags", "accept", `00-${ids}-03`],
    ["a later version", "accept", `01-${ids}-01`],
    ["a later version with more fields", "accept", `cc-${ids}-01-what-may-come`],
  ])("%s: %s", (name, sampling, text = name) => {
    expect(parseTraceparent(text)).toEqual({ traceId: TRACE_ID, spanId: SPAN_ID, sampling });
  });

  test.each([
    ["version 00 with more fields", `00-${ids}-01-more`],
    ["a later version that goes on without a dash", `cc-${ids}-01.more`],
    ["version ff", `ff-${ids}-01`],
    ["upper case", `00-${ids.toUpperCase()}-01`],
    ["a zero trace ID", `00-${"0".repeat(32)}-${SPAN_ID}-01`],
    ["a zero span ID", `00-${TRACE_ID}-${"0".repeat(16)}-01`],
    ["flags that are not hex", `00-${ids}-0g`],
    ["one character short", `00-${ids}-0`],
    ["a line break", `00-${ids}-01\n`],
  ])("%s is malformed", (_name, text) => {
    expect(parseTraceparent(text)).toBeUndefined();
  });
});

describe("tracestate", () => {
  const MARK = `meshtrace=${SPAN_ID}`;
  test.each([
    ["the first of a repeated key counts", "a=1,b=2,a=3", undefined, "a=1,b=2", false],
    ["of two marks the first", `${MARK},meshtrace=${PARENT_SPAN_ID}`, SPAN_ID, undefined, false],
    ["white space and empty members mean nothing", ` a=1 ,, \t${MARK} , b=2 `, SPAN_ID, "a=1,b=2", false],
    ["a malformed member is left out, the others go on", "a=1,B=2,=3,d,e=f=g,h=4", undefined, "a=1,h=4", true],
    ["a malformed mark is no mark", "meshtrace=zz,a=1", undefined, "a=1", true],
    ["a key that only begins like ours is another's", "meshtrace2=1", undefined, "meshtrace2=1", false],
    ["keys of tenants", "fw529a3039@dt=x,0a=1", undefined, "fw529a3039@dt=x,0a=1", false],
  ])("%s", (_name, text, mark, others, malformed) => {
    expect(parseTracestate(text)).toEqual({ mark, others, malformed });
  });
});

test("the value of a header is the first of several, without white space around it; bytes and numbers count as their text", () => {
  expect(firstValue("a, b")).toBe("a");
  expect(firstValue(["a", "b"])).toBe("a");
  expect(firstValue([" a ,b", "c"])).toBe("a");
  expect(firstValue(7)).toBe("7");
  expect(firstValue([Buffer.from("a, b")])).toBe("a");
  for (const none of ["", [], [["a"]], null, { 0: "a" }, Symbol("a")]) expect(firstValue(none)).toBeUndefined();
});

test("what Node's and undici's clients would throw at is not forwarded", () => {
  for (const sent of ["a b", "tab\there", "gr\u00fcn"]) expect(forwardable(sent)).toBe(true);
  for (const kept of ["a\nb", "a\r\nx: y", "\u0000", "\u007f", "\u{1F600}", "\u0142"])
    expect(forwardable(kept)).toBe(false);
});
