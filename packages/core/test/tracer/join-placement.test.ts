import {
  type Context,
  INVALID_SPAN_CONTEXT,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  trace,
} from "@opentelemetry/api";
import { describe, expect, test } from "vitest";
import { MeshPropagator } from "../../src/propagation/mesh-propagator.js";
import { NonRecordingSpan, nonRecordingRole } from "../../src/propagation/non-recording-span.js";
import { suppressTracing } from "../../src/propagation/suppress-tracing.js";
import { type Placement, placeSpan, unsampledSpan } from "../../src/tracer/join.js";
import { PARENT_SPAN_ID, SPAN_ID, TRACE_ID } from "../kit/incoming-headers.js";
import { vectors } from "../vectors.js";

const IDS = { "x-b3-traceid": TRACE_ID, "x-b3-spanid": SPAN_ID, "x-b3-parentspanid": PARENT_SPAN_ID };
const W3C = { traceparent: `00-${TRACE_ID}-${SPAN_ID}-01`, tracestate: "vendor=1" };
const LOCAL: SpanContext = { traceId: TRACE_ID, spanId: "00000000000000aa", traceFlags: 1 };

const propagator = new MeshPropagator();
const extract = (headers: object, onto: Context = ROOT_CONTEXT): Context => propagator.extract(onto, headers);
const under = (context: Context, spanContext: SpanContext): Context =>
  trace.setSpan(context, trace.wrapSpanContext(spanContext));

interface Case {
  readonly kind?: SpanKind;
  readonly root?: boolean;
  readonly sharedSpan?: boolean;
  readonly active?: Context;
}
function place(context: Context, { kind, root = false, sharedSpan = true, active = ROOT_CONTEXT }: Case = {}) {
  return placeSpan(context, kind ?? SpanKind.SERVER, root, sharedSpan, () => active);
}

describe("vectors", () => {
  interface Row {
    name: string;
    mode: "join" | "child";
    headers: Record<string, string>;
    serverSpan: {
      kind?: string;
      traceId: string;
      id: string;
      parentId?: string | null;
      shared?: boolean;
      debug?: boolean;
    };
  }
  test.each(vectors<Row>("b3-join.json"))("$name", ({ mode, headers, serverSpan }) => {
    const kind = serverSpan.kind === "CONSUMER" ? SpanKind.CONSUMER : SpanKind.SERVER;
    const placement = place(extract(headers), { kind, sharedSpan: mode === "join" });
    const { traceId, spanId, parent } = placement as Placement & { outcome: "undecided" };
    expect(traceId).toBe(serverSpan.traceId);
    expect(spanId).toBe(serverSpan.id === "<new>" ? undefined : serverSpan.id);
    if (serverSpan.parentId !== undefined) expect(parent?.spanId ?? null).toBe(serverSpan.parentId);
    if (placement.outcome === "unsampled") expect(headers["x-b3-sampled"]).toBe("0");
    else expect(placement).toMatchObject({ outcome: "undecided", debug: serverSpan.debug ?? false });
    if (serverSpan.shared !== undefined) expect(placement).toHaveProperty("shared", serverSpan.shared);
  });
});

test.each([
  ["a root has new IDs", ROOT_CONTEXT, { outcome: "undecided", traceId: undefined, spanId: undefined, debug: false }],
  ["a decision without IDs: no", extract({ b3: "0" }), { outcome: "unsampled", traceId: undefined, parent: undefined }],
  ["a decision without IDs: yes", extract({ b3: "1" }), { outcome: "undecided", traceId: undefined, debug: false }],
  ["a decision without IDs: debug", extract({ b3: "d" }), { outcome: "undecided", traceId: undefined, debug: true }],
  ["a child of a local span", under(ROOT_CONTEXT, LOCAL), { traceId: TRACE_ID, spanId: undefined, parent: LOCAL }],
  [
    "a child in a debugged trace is debugged",
    under(extract({ ...IDS, "x-b3-flags": "1" }), LOCAL),
    { outcome: "undecided", parent: LOCAL, debug: true },
  ],
  [
    "a child in another trace inside a debugged request is not",
    under(extract({ ...IDS, "x-b3-flags": "1" }), { ...LOCAL, traceId: "00000000000000000000000000000001" }),
    { outcome: "undecided", debug: false },
  ],
  [
    "a span with invalid IDs is no parent",
    under(extract({ b3: "0" }), INVALID_SPAN_CONTEXT),
    { outcome: "unsampled", traceId: undefined, parent: undefined },
  ],
  [
    "traceparent never joins",
    extract(W3C),
    { outcome: "undecided", traceId: TRACE_ID, spanId: undefined, shared: false },
  ],
  [
    "traceparent's no holds without a sampler",
    extract({ traceparent: `00-${TRACE_ID}-${SPAN_ID}-00` }),
    { outcome: "unsampled", spanId: undefined, parent: { spanId: SPAN_ID } },
  ],
  ["suppressed", suppressTracing(extract(IDS)), { outcome: "suppressed" }],
])("%s", (_name, context, expected) => {
  expect(place(context)).toMatchObject(expected);
});

test("a root inside a request follows neither the caller's IDs nor its decision", () => {
  for (const sampled of ["0", "1"]) {
    const placement = place(extract({ ...IDS, "x-b3-sampled": sampled, "x-b3-flags": "1" }), { root: true });
    expect(placement).toMatchObject({ outcome: "undecided", traceId: undefined, parent: undefined, debug: false });
  }
  expect(place(suppressTracing(ROOT_CONTEXT), { root: true })).toEqual({ outcome: "suppressed" });
});

test("only SERVER spans join", () => {
  for (const kind of [SpanKind.INTERNAL, SpanKind.CLIENT, SpanKind.PRODUCER, SpanKind.CONSUMER]) {
    expect(place(extract(IDS), { kind })).toMatchObject({
      spanId: undefined,
      parent: { spanId: SPAN_ID },
      shared: false,
    });
  }
});

test("a forwarded request has its caller's span in place of a new one", () => {
  const span = new NonRecordingSpan("forwarded", { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1 });
  const placement = place(trace.setSpan(extract(IDS), span)) as Placement & { outcome: "forwarded" };
  expect(placement.outcome).toBe("forwarded");
  expect(placement.span).toBe(span);
});

describe("a request joins once", () => {
  const incoming = extract({ ...IDS, "x-b3-sampled": "1" });
  const joined = under(incoming, { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1 });

  test.each([
    ["under the span that joined", joined, SPAN_ID],
    ["under a child of it", under(incoming, LOCAL), LOCAL.spanId],
    [
      "under a span of another propagator that has the same ID",
      under(ROOT_CONTEXT, { ...LOCAL, spanId: SPAN_ID }),
      SPAN_ID,
    ],
    [
      "under a child of the caller's span",
      trace.setSpan(ROOT_CONTEXT, new NonRecordingSpan(undefined as never, LOCAL, { ...LOCAL, spanId: SPAN_ID })),
      LOCAL.spanId,
    ],
  ])("the next SERVER span is a child: %s", (_name, active, parentId) => {
    const placement = place(incoming, { active });
    expect(placement).toMatchObject({ outcome: "undecided", spanId: undefined, parent: { spanId: parentId } });
  });

  test("an unsampled one is unsampled again", () => {
    const denied = extract({ ...IDS, "x-b3-sampled": "0" });
    const first = unsampledSpan(place(denied) as Placement & { outcome: "unsampled" }, NEVER);
    expect(first.spanContext()).toEqual({ traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 0 });
    const second = place(denied, { active: trace.setSpan(denied, first) });
    expect(second).toMatchObject({ outcome: "unsampled", spanId: undefined, parent: { spanId: SPAN_ID } });
  });

  test.each([
    ["the extracted context itself is active", incoming],
    ["a span of another request is active", under(extract({ ...IDS, "x-b3-spanid": PARENT_SPAN_ID }), LOCAL)],
    ["another trace is active", under(incoming, { ...LOCAL, traceId: "00000000000000000000000000000001" })],
    [
      "the caller's span is active by another propagator",
      under(ROOT_CONTEXT, { ...LOCAL, spanId: SPAN_ID, isRemote: true }),
    ],
    [
      "the request was forwarded",
      trace.setSpan(incoming, new NonRecordingSpan("forwarded", { ...LOCAL, spanId: SPAN_ID })),
    ],
  ])("it joins where %s", (_name, active) => {
    expect(place(incoming, { active })).toMatchObject({
      spanId: SPAN_ID,
      parent: { spanId: PARENT_SPAN_ID },
      shared: true,
    });
  });
});

const NEVER = {
  generateSpanId(): never {
    throw new Error("no span ID is needed");
  },
  generateTraceId(): never {
    throw new Error("no trace ID is needed");
  },
};

test("an unsampled child has its parent's trace state and a new ID, an unsampled root two new IDs", () => {
  const ids = { generateTraceId: () => "1".repeat(32), generateSpanId: () => "2".repeat(16) };
  const denied = extract({ traceparent: `00-${TRACE_ID}-${SPAN_ID}-00`, tracestate: "vendor=1" });
  const span = unsampledSpan(place(denied) as Placement & { outcome: "unsampled" }, ids) as NonRecordingSpan;
  expect(span.spanContext()).toMatchObject({ traceId: TRACE_ID, spanId: "2".repeat(16), traceFlags: 0 });
  expect(span.spanContext().traceState?.serialize()).toBe("vendor=1");
  expect(span.parentSpanContext?.spanId).toBe(SPAN_ID);
  expect(nonRecordingRole(span)).toBe("unsampled");
  const root = unsampledSpan(place(extract({ b3: "0" })) as Placement & { outcome: "unsampled" }, ids);
  expect(root.spanContext()).toEqual({ traceId: "1".repeat(32), spanId: "2".repeat(16), traceFlags: 0 });
});
