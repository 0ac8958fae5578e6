/** Which of two contexts is fresh, where the vectors leave a corner open. */
import { describe, expect, test } from "vitest";
import { chooseB3, chooseFamily, type Family } from "../../src/headers/families.js";
import { newTraceContext, samplingDecision, type TraceContext } from "../../src/headers/trace-context.js";
import { OTHER_SPAN_ID, OTHER_TRACE_ID, PARENT_SPAN_ID, SPAN_ID, TRACE_ID } from "../kit/incoming-headers.js";

const [OLD, NEW, PARENT] = [SPAN_ID, OTHER_SPAN_ID, PARENT_SPAN_ID];
const at = (spanId: string, parentId?: string, sampling: TraceContext["sampling"] = "accept"): TraceContext =>
  newTraceContext(TRACE_ID, spanId, parentId, sampling);

describe("B3 beside W3C, same trace", () => {
  test.each<[string, TraceContext, string | undefined, Family, Family]>([
    ["traceparent still says the mark, though B3 has no parent", at(NEW), OLD, "b3", "b3"],
    ["traceparent still says the mark, though W3C comes first", at(NEW, PARENT), OLD, "w3c", "b3"],
    ["B3 still says the mark", at(NEW, PARENT), NEW, "b3", "w3c"],
    ["a mark that fits neither, B3 without a parent", at(NEW), PARENT, "b3", "w3c"],
    ["no mark, a parent, W3C first", at(NEW, PARENT), undefined, "w3c", "w3c"],
  ])("%s", (_name, b3, mark, order, fresh) => {
    const choice = chooseFamily(b3, at(OLD), mark, order);
    expect(choice).toEqual({ context: fresh === "b3" ? b3 : at(OLD), from: fresh, answersIn: [fresh] });
  });

  test("the same span: both, whatever the mark says and whichever comes first", () => {
    for (const mark of [undefined, OLD, NEW]) {
      expect(chooseFamily(at(OLD, PARENT), at(OLD), mark, "w3c")).toMatchObject({
        from: "b3",
        answersIn: ["b3", "w3c"],
      });
    }
  });
});

describe("b3 beside x-b3-*", () => {
  test("the multi headers are one hop newer, and take the decision that only b3 had", () => {
    const multi = at(NEW, OLD, "defer");
    expect(chooseB3(at(OLD, PARENT, "deny"), multi)).toEqual(at(NEW, OLD, "deny"));
    expect(chooseB3(at(OLD, PARENT, "debug"), multi)).toMatchObject({ spanId: NEW, sampling: "debug" });
  });

  test("unrelated spans add nothing to each other", () => {
    expect(chooseB3(at(OLD, undefined, "defer"), at(NEW, PARENT, "debug"))).toEqual(at(OLD, undefined, "defer"));
    const elsewhere = newTraceContext(OTHER_TRACE_ID, OLD, PARENT, "debug");
    expect(chooseB3(at(OLD, undefined, "defer"), elsewhere)).toEqual(at(OLD, undefined, "defer"));
  });

  test("the same span: the parent that only one of them has", () => {
    expect(chooseB3(at(OLD), at(OLD, PARENT))).toEqual(at(OLD, PARENT));
    expect(chooseB3(at(OLD, NEW), at(OLD, PARENT))).toEqual(at(OLD, NEW));
  });

  test("prefer overrules", () => {
    expect(chooseB3(at(OLD), at(NEW, OLD), "single")).toEqual(at(OLD));
    expect(chooseB3(at(OLD, PARENT), at(NEW), "multi")).toEqual(at(NEW));
    expect(chooseB3(undefined, at(NEW), "single")).toEqual(at(NEW));
    expect(chooseB3(at(OLD), undefined, "multi")).toEqual(at(OLD));
  });

  test("two decisions alone: debug wins, else b3", () => {
    expect(chooseB3(samplingDecision("deny"), samplingDecision("debug", "accept"))?.sampling).toBe("debug");
    expect(chooseB3(samplingDecision("deny"), samplingDecision("accept"))?.sampling).toBe("deny");
  });
});
