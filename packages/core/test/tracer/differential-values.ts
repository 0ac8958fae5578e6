/**
 * Every kind of argument that a JavaScript caller passes, by name: scenarios hold the names, so
 * that a counterexample can be read, and each side gets objects of its own.
 */

/**
 * `simple`: SDK 2.x and 3.x take it. `composite`: only 3.x does. `invalid`: neither does. `absent`:
 * it changes nothing.
 */
export type ValueClass = "simple" | "composite" | "invalid" | "absent";

class Instance {
  readonly text = "text";
}

function cyclic(): object {
  const value: Record<string, unknown> = { text: "text" };
  value["self"] = value;
  return value;
}

const values = (
  kind: ValueClass,
  made: Record<string, () => unknown>,
): [string, { kind: ValueClass; make: () => unknown }][] =>
  Object.entries(made).map(([name, make]) => [name, { kind, make }]);

/** Attribute values. */
export const VALUES: ReadonlyMap<string, { readonly kind: ValueClass; readonly make: () => unknown }> = new Map([
  ...values("simple", {
    "''": () => "",
    "'ab'": () => "ab",
    "'abcdef'": () => "abcdef",
    "'é😀é'": () => "é😀é",
    "0": () => 0,
    "1.5": () => 1.5,
    NaN: () => Number.NaN,
    Infinity: () => Number.POSITIVE_INFINITY,
    true: () => true,
    false: () => false,
    "[]": () => [],
    "['a','bcdef']": () => ["a", "bcdef"],
    "[1,2]": () => [1, 2],
    "[true,null]": () => [true, null],
    "[undefined,'xyz1']": () => [undefined, "xyz1"],
    "[null]": () => [null],
  }),
  ...values("composite", {
    null: () => null,
    "[1,'a']": () => [1, "a"],
    "[['abcdef'],[]]": () => [["abcdef"], []],
    "{}": () => ({}),
    "{a:'abcdef',b:undefined}": () => ({ a: "abcdef", b: undefined }),
    "{a:{b:[1]}}": () => ({ a: { b: [1] } }),
    "null prototype": () => Object.assign(Object.create(null), { a: 1 }),
    bytes: () => Uint8Array.of(1, 2, 3, 4, 5),
    buffer: () => Buffer.from("abcdef"),
    "[{a:'abcdef'}]": () => [{ a: "abcdef" }],
  }),
  ...values("invalid", {
    symbol: () => Symbol.for("value"),
    bigint: () => 5n,
    function: () => () => "text",
    date: () => new Date(0),
    regexp: () => /a/,
    map: () => new Map([["a", 1]]),
    instance: () => new Instance(),
    cyclic,
    "[symbol]": () => [Symbol.for("value")],
    "[[bigint]]": () => [[5n]],
    "{a:function}": () => ({ a: () => "text" }),
    "[instance]": () => [new Instance()],
  }),
  ...values("absent", { undefined: () => undefined }),
]);

/**
 * Times in every form, from 2001 on, and what is no time. Fractions are binary, so that no
 * conversion rounds them.
 */
export const TIMES: ReadonlyMap<string, () => unknown> = new Map<string, () => unknown>([
  ["none", () => undefined],
  ["epoch ms", () => 1_000_000_000_123],
  ["epoch ms, fraction", () => 1_000_000_000_123.5],
  ["epoch ms, later", () => 1_000_000_002_000],
  ["epoch ms, far", () => 4_000_000_000_000],
  ["performance 0", () => 0],
  ["performance 7.25", () => 7.25],
  ["performance, negative", () => -1500.5],
  ["Date", () => new Date(1_000_000_001_500)],
  ["Date, early", () => new Date(999_999_999_001)],
  ["HrTime", () => [1_000_000_001, 5]],
  ["HrTime, same second", () => [1_000_000_001, 999_999_999]],
  ["HrTime, zero", () => [0, 0]],
  ["null", () => null],
  ["text", () => "2001-09-09T01:46:40Z"],
  ["list of one", () => [5]],
  ["list of texts", () => ["1", "2"]],
  ["object", () => ({})],
]);

class OddError extends Error {
  override name = "OddError";
}

const withCode = (code: unknown): Error => Object.assign(new Error("failed"), { code, stack: "at here" });
const withStack = (error: Error): Error => Object.assign(error, { stack: "at here" });

/** What can be thrown. */
export const EXCEPTIONS: ReadonlyMap<string, () => unknown> = new Map<string, () => unknown>([
  ["Error", () => withStack(new Error("failed"))],
  ["Error without message", () => withStack(new Error(""))],
  ["subclass", () => withStack(new OddError("odd"))],
  ["cause", () => withStack(new Error("outer", { cause: undefined }))],
  ["code text", () => withCode("ECONNREFUSED")],
  ["code number", () => withCode(404)],
  ["code zero", () => withCode(0)],
  ["text", () => "failed"],
  ["empty text", () => ""],
  ["message only", () => ({ message: "failed" })],
  ["name only", () => ({ name: "Odd" })],
  ["stack only", () => ({ stack: "at here" })],
  ["no message, no stack", () => Object.assign(new OddError(), { message: "", stack: "" })],
  ["object", () => ({})],
  ["null", () => null],
  ["undefined", () => undefined],
  ["number", () => 404],
  ["long message", () => ({ name: "LongName", message: "a long message", stack: "at here" })],
]);

/** Names of spans and events. */
export const NAMES: ReadonlyMap<string, () => unknown> = new Map<string, () => unknown>([
  ["GET", () => "GET"],
  ["GET /a/long/route", () => "GET /a/long/route"],
  ["empty", () => ""],
  ["number", () => 404],
  ["undefined", () => undefined],
  ["null", () => null],
]);

/** Statuses: code and message. */
export const STATUSES: ReadonlyMap<string, () => unknown> = new Map<string, () => unknown>([
  ["UNSET", () => ({ code: 0 })],
  ["UNSET with message", () => ({ code: 0, message: "unset" })],
  ["OK", () => ({ code: 1 })],
  ["OK with message", () => ({ code: 1, message: "ok" })],
  ["ERROR", () => ({ code: 2 })],
  ["ERROR with message", () => ({ code: 2, message: "failed" })],
  ["ERROR with another message", () => ({ code: 2, message: "failed again" })],
  ["ERROR with empty message", () => ({ code: 2, message: "" })],
  ["ERROR with an Error", () => ({ code: 2, message: new Error("failed") })],
  ["ERROR with null", () => ({ code: 2, message: null })],
]);
