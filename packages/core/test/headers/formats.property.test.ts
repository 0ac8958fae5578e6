import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatB3Multi, parseB3Multi } from "../../src/headers/b3-multi.js";
import { formatB3Single, parseB3Single } from "../../src/headers/b3-single.js";
import { firstValue } from "../../src/headers/header-value.js";
import { isSpanId, isTraceId, newTraceContext } from "../../src/headers/trace-context.js";
import { formatTraceparent, parseTraceparent } from "../../src/headers/traceparent.js";
import { addMark, parseTracestate } from "../../src/headers/tracestate.js";
import { spanIds, texts, traceContexts } from "../arbitraries.js";
import { SPAN_ID } from "../kit/incoming-headers.js";

const RUNS = { numRuns: 500 };
const decisions = fc.constantFrom("accept", "deny", "debug");

describe("parse(format(x)) is x", () => {
  test("b3 multi", () => {
    fc.assert(
      fc.property(traceContexts, (context) => {
        expect(parseB3Multi(formatB3Multi(context))).toEqual(context);
      }),
      RUNS,
    );
  });

  test("b3 single: debug says nothing beside itself, and a deferred decision leaves the parent out", () => {
    fc.assert(
      fc.property(traceContexts, (context) => {
        const { traceId, spanId, parentId, sampling } = context;
        const carried = newTraceContext(
          traceId,
          spanId,
          sampling === "defer" ? undefined : parentId,
          sampling,
          "defer",
        );
        expect(parseB3Single(formatB3Single(context) as string)).toEqual(carried);
      }),
      RUNS,
    );
  });

  test("a decision alone, in both", () => {
    fc.assert(
      fc.property(decisions, (sampling) => {
        expect(parseB3Multi(formatB3Multi({ sampling }))?.sampling).toBe(sampling);
        expect(parseB3Single(formatB3Single({ sampling }) as string)?.sampling).toBe(sampling);
      }),
    );
  });

  test("traceparent: yes or no, without a parent", () => {
    fc.assert(
      fc.property(traceContexts, (context) => {
        const { traceId, spanId, sampling } = context;
        const carried = newTraceContext(traceId, spanId, undefined, sampling === "deny" ? "deny" : "accept");
        expect(parseTraceparent(formatTraceparent(context))).toEqual(carried);
      }),
      RUNS,
    );
  });

  test("tracestate: the mark, and the members of everybody else as they came", () => {
    const key = fc.stringMatching(/^[a-z][a-z0-9_*/@-]{0,20}$/).filter((one) => one !== "meshtrace");
    const value = fc.stringMatching(/^[!-+\--<>-~ ]{0,20}[!-+\--<>-~]$/);
    const members = fc.uniqueArray(fc.tuple(key, value), { selector: ([one]) => one, minLength: 1, maxLength: 31 });
    fc.assert(
      fc.property(members, spanIds, (list, spanId) => {
        const others = list.map(([one, text]) => `${one}=${text.trim()}`).join(",");
        expect(parseTracestate(addMark(others, spanId))).toEqual({ mark: spanId, others, malformed: false });
        expect(parseTracestate(addMark(undefined, spanId)).others).toBeUndefined();
      }),
      RUNS,
    );
  });
});

describe("parsing is total, and yields well-formed values or none", () => {
  const check = (extracted: ReturnType<typeof parseB3Single>): void => {
    if (extracted?.traceId === undefined) return;
    expect(isTraceId(extracted.traceId)).toBe(true);
    expect(isSpanId(extracted.spanId)).toBe(true);
    if (extracted.parentId !== undefined) expect(isSpanId(extracted.parentId)).toBe(true);
    expect(extracted.parentId).not.toBe(extracted.spanId);
  };

  test("over any text", () => {
    fc.assert(
      fc.property(texts, (text) => {
        check(parseB3Single(text));
        check(parseTraceparent(text));
        const { others } = parseTracestate(text);
        if (others !== undefined)
          expect(parseTracestate(others)).toEqual({ mark: undefined, others, malformed: false });
      }),
      { numRuns: 2000 },
    );
  });

  test("over any five texts", () => {
    const some = fc.option(texts, { nil: undefined });
    const multi = fc.record({ traceId: some, spanId: some, parentSpanId: some, sampled: some, flags: some });
    fc.assert(
      fc.property(multi, (values) => check(parseB3Multi(values))),
      RUNS,
    );
  });

  test("over any value of a header", () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const first = firstValue(value);
        expect(first === undefined || typeof first === "string").toBe(true);
      }),
      RUNS,
    );
  });
});

test("a malformed parent is ignored and the trace kept, however long it is", () => {
  const ids = "80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1";
  for (const parent of ["x", "0".repeat(16), SPAN_ID, "a".repeat(17), "a".repeat(16_384)]) {
    const kept = parseB3Single(`${ids}-1-${parent}`);
    expect(kept).toEqual(newTraceContext(ids.slice(0, 32), ids.slice(33), undefined, "accept"));
  }
  expect(parseB3Single(`${ids}-1-05e3ac9a4f6e3b90-`)).toBeUndefined();
});

test("tracestate has 32 members at most, ours among them", () => {
  const others = Array.from({ length: 40 }, (_, index) => `k${index}=v`).join(",");
  const parsed = parseTracestate(others).others as string;
  expect(parsed.split(",")).toHaveLength(32);
  const marked = addMark(parsed, SPAN_ID).split(",");
  expect(marked).toHaveLength(32);
  expect(marked[0]).toBe("meshtrace=e457b5a2e4d86bd1");
});
