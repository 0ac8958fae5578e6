import {
  type Context,
  createTraceState,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  type TextMapGetter,
  trace,
} from "@opentelemetry/api";
import fc from "fast-check";
import { expect, test } from "vitest";
import { B3_HEADERS, CONTEXT_HEADERS, W3C_HEADERS } from "../../src/headers/names.js";
import { MeshPropagator, type PropagationFormat } from "../../src/propagation/mesh-propagator.js";
import { meshState } from "../../src/propagation/request-context.js";
import { contextNames, headerBags, spanIds, texts, traceContexts, traceIds } from "../arbitraries.js";
import { expectWellFormed } from "../well-formed.js";

const propagators = fc
  .record({
    propagators: fc.uniqueArray(fc.constantFrom<PropagationFormat>("b3", "b3multi", "tracecontext")),
    prefer: fc.constantFrom("single", "multi", undefined),
  })
  .map(({ propagators, prefer }) => ({
    propagator: new MeshPropagator({ propagators, ...(prefer && { prefer }) }),
    own: [
      ...(propagators.some((format) => format !== "tracecontext") ? B3_HEADERS : []),
      ...(propagators.includes("tracecontext") ? W3C_HEADERS : []),
    ],
  }));

/** Without the families that no configured format writes: those go on byte for byte. */
function ownOf(headers: Readonly<Record<string, string>>, own: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => own.includes(name) || !CONTEXT_HEADERS.includes(name)),
  );
}

/** Spans as other libraries might make them, well-formed or not. */
const spans: fc.Arbitrary<Span> = fc
  .record({
    traceId: fc.oneof(traceIds, texts),
    spanId: fc.oneof(spanIds, texts),
    traceFlags: fc.oneof(fc.constantFrom(0, 1), fc.integer()),
    state: fc.option(texts, { nil: undefined }),
    parent: fc.option(fc.oneof(spanIds, texts), { nil: undefined }),
    recording: fc.boolean(),
  })
  .map(({ traceId, spanId, traceFlags, state, parent, recording }) => {
    const own: SpanContext = { traceId, spanId, traceFlags, ...(state && { traceState: createTraceState(state) }) };
    const parentSpanContext = parent === undefined ? undefined : { ...own, spanId: parent };
    return Object.assign(Object.create(trace.wrapSpanContext(own)), {
      spanContext: () => own,
      isRecording: () => recording,
      parentSpanContext,
    }) as Span;
  });

/** Contexts of any request, with a span of any library in it. */
const contexts: fc.Arbitrary<Context> = fc
  .tuple(headerBags, fc.option(spans, { nil: undefined }))
  .map(([bag, span]) => {
    const context = new MeshPropagator().extract(ROOT_CONTEXT, bag);
    return span === undefined ? context : trace.setSpan(context, span);
  });

const injected = (propagator: MeshPropagator, context: Context): Record<string, string> => {
  const headers: Record<string, string> = {};
  propagator.inject(context, headers);
  return headers;
};

test("extract is total over any header bag, and what goes on is well-formed", () => {
  fc.assert(
    fc.property(propagators, headerBags, ({ propagator, own }, bag) => {
      const context = propagator.extract(ROOT_CONTEXT, bag);
      expectWellFormed(ownOf(injected(propagator, context), own));
      expect({}).not.toHaveProperty("x-b3-traceid");
    }),
    { numRuns: 1000 },
  );
});

test("nothing malformed is ever emitted, whatever the context holds", () => {
  fc.assert(
    fc.property(propagators, contexts, ({ propagator, own }, context) =>
      expectWellFormed(ownOf(injected(propagator, context), own)),
    ),
    { numRuns: 1000 },
  );
});

test("a getter that throws, or answers with nonsense, is an empty carrier", () => {
  const behaviours = fc.func(fc.oneof(fc.anything(), texts));
  fc.assert(
    fc.property(behaviours, fc.nat(12), (answer, throwsAt) => {
      let requested = 0;
      const getter = {
        get: (_carrier: unknown, name: string) => {
          requested += 1;
          if (requested === throwsAt) throw new Error("no");
          return answer(name);
        },
        keys: () => answer("keys"),
      } as TextMapGetter;
      expectWellFormed(injected(new MeshPropagator(), new MeshPropagator().extract(ROOT_CONTEXT, {}, getter)));
    }),
    { numRuns: 500 },
  );
});

const KINDS = {
  "a plain object": (entries: [string, string][]) => Object.fromEntries(entries),
  Headers: (entries: [string, string][]) => new Headers(entries),
  Map: (entries: [string, string][]) => new Map(entries),
  "a list of pairs": (entries: [string, string][]) => entries.map((pair) => [...pair]),
  "names and values in turn": (entries: [string, string][]) => entries.flat(),
};

/** The headers on a carrier of any kind, by lower-case name; fails if one occurs twice. */
function headersOn(carrier: unknown): Record<string, string> {
  const list = Array.isArray(carrier)
    ? typeof carrier[0] === "string"
      ? carrier.flatMap((_, index) => (index % 2 === 0 ? [[carrier[index], carrier[index + 1]]] : []))
      : carrier
    : carrier instanceof Map || carrier instanceof Headers
      ? [...carrier]
      : Object.entries(carrier as object);
  const names = list.map(([name]) => name.toLowerCase());
  expect(new Set(names).size).toBe(names.length);
  return Object.fromEntries(list.map(([, value], index) => [names[index], value]));
}

test.each(Object.entries(KINDS))("on %s no header of a configured format stays as it was", (_name, make) => {
  const stale = fc.uniqueArray(fc.tuple(contextNames, fc.constantFrom("stale", "", "0")), {
    selector: ([name]) => name.toLowerCase(),
  });
  fc.assert(
    fc.property(propagators, contexts, stale, ({ propagator, own }, context, entries) => {
      const carrier = make([["accept", "*/*"], ...entries, ["x-request-id", ""]]);
      propagator.inject(context, carrier);
      const fresh = injected(propagator, context);
      const left = headersOn(carrier);
      for (const name of own) expect(left[name], name).toBe(fresh[name]);
      const others = entries.filter(([name, value]) => value !== "" && !own.includes(name.toLowerCase()));
      for (const [name, value] of others) expect(left[name.toLowerCase()], name).toBe(value);
      expect(left["accept"]).toBe("*/*");
    }),
    { numRuns: 300 },
  );
});

test("what one propagator writes the other reads back: IDs, parent, decision", () => {
  fc.assert(
    fc.property(traceContexts, fc.constantFrom<PropagationFormat>("b3multi", "b3"), (context, format) => {
      const propagator = new MeshPropagator({ propagators: [format] });
      const headers = {
        "x-b3-traceid": context.traceId,
        "x-b3-spanid": context.spanId,
        ...(context.parentId && { "x-b3-parentspanid": context.parentId }),
        ...(context.sampling !== "defer" && { "x-b3-sampled": context.sampling === "deny" ? "0" : "1" }),
        ...(context.sampling === "debug" && { "x-b3-flags": "1" }),
      };
      const sent = injected(propagator, propagator.extract(ROOT_CONTEXT, headers));
      const back = meshState(propagator.extract(ROOT_CONTEXT, sent))?.extracted;
      // The single header has no parent without a state.
      const parentId = format === "b3" && context.sampling === "defer" ? undefined : context.parentId;
      expect(back).toMatchObject({ traceId: context.traceId, spanId: context.spanId, sampling: context.sampling });
      expect(back?.traceId === undefined ? undefined : back.parentId).toBe(parentId);
    }),
    { numRuns: 500 },
  );
});
