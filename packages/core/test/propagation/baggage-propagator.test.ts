/** Our baggage beside OpenTelemetry's own propagator of both SDK lines. */
import { createRequire } from "node:module";
import {
  type Baggage,
  baggageEntryMetadataFromString,
  defaultTextMapGetter,
  defaultTextMapSetter,
  propagation,
  ROOT_CONTEXT,
  type TextMapPropagator,
} from "@opentelemetry/api";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BaggagePropagator } from "../../src/propagation/baggage-propagator.js";
import { suppressTracing } from "../../src/propagation/suppress-tracing.js";

const require = createRequire(import.meta.url);

/** The propagator of the `@opentelemetry/core` that an SDK package brings. */
function propagatorBeside(sdk: string): TextMapPropagator {
  const { W3CBaggagePropagator } = createRequire(require.resolve(sdk))("@opentelemetry/core");
  return new W3CBaggagePropagator() as TextMapPropagator;
}

const ours = new BaggagePropagator();
const entriesOf = (baggage: Baggage | undefined): unknown =>
  baggage?.getAllEntries().map(([key, { value, metadata }]) => [key, value, metadata?.toString()]);
const read = (by: TextMapPropagator, header: unknown): unknown =>
  entriesOf(propagation.getBaggage(by.extract(ROOT_CONTEXT, { baggage: header }, defaultTextMapGetter)));
const write = (by: TextMapPropagator, baggage: Baggage): unknown => {
  const headers = {};
  by.inject(propagation.setBaggage(ROOT_CONTEXT, baggage), headers, defaultTextMapSetter);
  return headers;
};

const parts = fc.string({ unit: fc.constantFrom(..."ab1=;, %2C%zz\t\u00e9\u{1f600}"), maxLength: 30 });
const members = fc.oneof(
  parts,
  fc.tuple(parts, parts).map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`),
  fc
    .tuple(fc.constantFrom("k", "long"), fc.integer({ min: 1, max: 5000 }))
    .map(([key, n]) => `${key}=${"v".repeat(n)}`),
);
const headers = fc.array(members, { maxLength: 8 }).map((list) => list.join(","));

describe.each([
  ["2.x", propagatorBeside("@opentelemetry/sdk-trace-node")],
  ["3.x", propagatorBeside("@opentelemetry/sdk-trace")],
])("as OpenTelemetry %s", (_line, theirs) => {
  test("extracts any header", () => {
    fc.assert(
      fc.property(fc.oneof(headers, fc.array(headers, { maxLength: 3 })), (header) => {
        expect(read(ours, header)).toEqual(read(theirs, header));
      }),
      { numRuns: 1000 },
    );
  });

  test("extracts 180 members, of 4096 characters each, of 8192 in total", () => {
    const many = Array.from({ length: 200 }, (_, index) => `k${index}=v`).join(",");
    const large = (length: number): string => `k=${"v".repeat(length - 2)}`;
    for (const header of [
      many,
      large(4096),
      large(4097),
      `${large(4096)},l=${"v".repeat(4093)}`,
      `a=1,${large(4097)}`,
    ]) {
      expect(read(ours, header)).toEqual(read(theirs, header));
    }
    expect(read(ours, many)).toHaveLength(180);
  });

  test("injects any baggage", () => {
    const text = fc.oneof(parts, fc.string({ unit: "grapheme", maxLength: 2000 }));
    const metadata = fc.option(fc.stringMatching(/^[ -~]{0,20}$/), { nil: undefined });
    const entries = fc.array(fc.tuple(text, text, metadata), { maxLength: 220 });
    fc.assert(
      fc.property(entries, (list) => {
        const baggage = propagation.createBaggage(
          Object.fromEntries(
            list.map(([key, value, properties]) => [
              key,
              properties === undefined ? { value } : { value, metadata: baggageEntryMetadataFromString(properties) },
            ]),
          ),
        );
        expect(write(ours, baggage)).toEqual(write(theirs, baggage));
      }),
      { numRuns: 300 },
    );
  });
});

test("a value that is no text, and one that cannot be encoded, harm nothing", () => {
  for (const header of [null, 7, {}, [null, "a=1", 7], Symbol("baggage")])
    expect(() => read(ours, header)).not.toThrow();
  expect(read(ours, [null, "a=1", 7])).toEqual([["a", "1", undefined]]);
  const baggage = propagation.createBaggage({ a: { value: "\ud800" }, b: { value: "1" } });
  expect(write(ours, baggage)).toEqual({ baggage: "b=1" });
  const torn = { value: "1", metadata: baggageEntryMetadataFromString("x\r\ny: z") };
  expect(write(ours, propagation.createBaggage({ a: torn }))).toEqual({ baggage: "a=1" });
});

test("a suppressed context sends no baggage; Headers and Map are read and written", () => {
  const context = propagation.setBaggage(ROOT_CONTEXT, propagation.createBaggage({ a: { value: "1" } }));
  const sent = {};
  ours.inject(suppressTracing(context), sent);
  expect(sent).toEqual({});
  for (const carrier of [new Headers(), new Map<string, string>()]) {
    ours.inject(context, carrier);
    expect(carrier.get("baggage")).toBe("a=1");
    expect(entriesOf(propagation.getBaggage(ours.extract(ROOT_CONTEXT, carrier)))).toEqual([["a", "1", undefined]]);
  }
});
