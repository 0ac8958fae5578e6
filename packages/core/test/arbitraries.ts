/** What fast-check draws: trace contexts, and text that is nearly one or nothing of the kind. */
import fc from "fast-check";
import { CONTEXT_HEADERS, PASS_THROUGH } from "../src/headers/names.js";
import { newTraceContext, type TraceContext } from "../src/headers/trace-context.js";

const hexDigit = fc.constantFrom(..."0123456789abcdef");
const hex = (length: number): fc.Arbitrary<string> =>
  fc.string({ unit: hexDigit, minLength: length, maxLength: length }).filter((id) => /[^0]/.test(id));

export const spanIds = hex(16);
export const traceIds = fc.oneof(
  hex(32),
  hex(16).map((id) => id.padStart(32, "0")),
);

/**
 * Any context; a debug flag as the multi headers write it, with the other header's yes beside it.
 */
export const traceContexts: fc.Arbitrary<TraceContext> = fc
  .record({
    traceId: traceIds,
    spanId: spanIds,
    parentId: fc.option(spanIds, { nil: undefined }),
    sampling: fc.constantFrom("accept", "deny", "debug", "defer"),
  })
  .map(({ traceId, spanId, parentId, sampling }) =>
    newTraceContext(traceId, spanId, parentId === spanId ? undefined : parentId, sampling, "accept"),
  );

const anyText = fc.string({ unit: "binary", maxLength: 80 });
/** Made of the characters that tracing headers are made of. */
const nearText = fc.string({ unit: fc.constantFrom(..."0123456789abcdefABCDEFdxz-,;= \t"), maxLength: 90 });
const longText = fc
  .tuple(
    fc.constantFrom("0", "a", "-", ",", "=", "a=1,", "00-", "meshtrace=", "é"),
    fc.integer({ min: 1, max: 16_384 }),
  )
  .map(([unit, times]) => unit.repeat(times).slice(0, 16_384));

/** One character of a well-formed value changed, left out or doubled. */
const damaged = fc
  .tuple(traceContexts, fc.nat(80), fc.constantFrom("", "g", "-", "0", "F", "\u0000", ","))
  .chain(([{ traceId, spanId, parentId = spanId }, at, put]) =>
    fc
      .constantFrom(
        `${traceId}-${spanId}-1-${parentId}`,
        `00-${traceId}-${spanId}-01`,
        traceId,
        spanId,
        `vendor=1,meshtrace=${spanId}`,
      )
      .map((text) => text.slice(0, at) + put + text.slice(at + 1)),
  );

export const texts = fc.oneof(anyText, nearText, longText, damaged, fc.constantFrom("constructor", "__proto__", ""));

const wellFormed = traceContexts.chain(({ traceId, spanId }) =>
  fc.constantFrom(traceId, spanId, "1", "0", "d", `${traceId}-${spanId}-1`, `00-${traceId}-${spanId}-01`, "k=v"),
);
const values: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: wellFormed },
  { weight: 4, arbitrary: texts },
  fc.array(fc.oneof(texts, wellFormed, fc.anything()), { maxLength: 3 }),
  fc.anything(),
);

const inAnyCase = (name: string): fc.Arbitrary<string> =>
  fc.constantFrom(
    name,
    name,
    name,
    name.toUpperCase(),
    name.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase()),
  );
export const contextNames = fc.constantFrom(...CONTEXT_HEADERS).chain(inAnyCase);
const names = fc.oneof(
  { weight: 6, arbitrary: contextNames },
  { weight: 2, arbitrary: fc.constantFrom(...PASS_THROUGH).chain(inAnyCase) },
  fc.constantFrom("constructor", "__proto__", "toString", "hasOwnProperty", "keys", "get", "baggage"),
);

/**
 * Header bags as no client would send them: any value under any name, `__proto__` an own member.
 */
export const headerBags = fc.array(fc.tuple(names, values), { maxLength: 12 }).map((entries) => {
  const bag: Record<string, unknown> = {};
  for (const [name, value] of entries) {
    Object.defineProperty(bag, name, { value, enumerable: true, configurable: true, writable: true });
  }
  return bag;
});
