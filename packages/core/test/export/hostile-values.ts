/** Values that no type allows and that JavaScript callers pass all the same. */
import fc from "fast-check";

const boom = (): never => {
  throw new Error("boom");
};

/** A new object whose every property throws. */
export const throwing = (): object =>
  new Proxy({}, { get: boom, has: boom, ownKeys: boom, getOwnPropertyDescriptor: boom });

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function cyclic(): object {
  const object: Record<string, unknown> = { at: "start" };
  object["self"] = object;
  return object;
}

export const HOSTILE_VALUES: readonly (readonly [name: string, make: () => unknown])[] = [
  ["undefined", () => undefined],
  ["null", () => null],
  ["a number", () => 404],
  ["NaN", () => Number.NaN],
  ["a number beyond all times", () => 1e300],
  ["a BigInt", () => 10n],
  ["a large BigInt", () => 2n ** 200n],
  ["a symbol", () => Symbol("s")],
  ["a RegExp", () => /^\/users\/\d+$/],
  ["an array of routes", () => ["/a", /b/, undefined]],
  ["an Error", () => new Error("an error")],
  ["an Error in itself", () => Object.assign(new Error("cyclic"), { self: cyclic() })],
  ["a cycle", cyclic],
  ["a proxy that throws", throwing],
  ["a revoked proxy", revoked],
  ["a revoked proxy in an array", () => [revoked()]],
  ["a function", () => () => {}],
  ["a function that has no text", () => Object.assign(() => {}, { toString: boom })],
  ["an object that has no text", () => ({ toString: boom, toJSON: boom })],
  ["an object without prototype", () => Object.create(null)],
  ["bytes", () => new Uint8Array([1, 2, 255])],
  ["an invalid date", () => new Date(Number.NaN)],
  ["lone surrogates", () => "\ud800 \udc00\ud800"],
  ["control characters", () => '\u0000"\\\n\u007f\u2028'],
  ["a long text", () => "ü".repeat(5000)],
];

/** Makes a value. fast-check reads the values that it generates, which not all of these allow. */
export type Make = () => unknown;

/** Generates what makes any of the values above, or any value of fast-check. */
export const hostileValue: fc.Arbitrary<Make> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...HOSTILE_VALUES.map(([, make]) => make)) },
  { weight: 1, arbitrary: fc.anything().map((value) => () => value) },
);

/** Generates what makes an object of values. Members may be missing. */
export function hostileObject(members: Record<string, fc.Arbitrary<Make>>): fc.Arbitrary<Make> {
  return fc.record(members, { requiredKeys: [] }).map((makes) => () => made(makes as Record<string, Make>));
}

/** Generates what makes a list. */
export function hostileList(element: fc.Arbitrary<Make>): fc.Arbitrary<Make> {
  return fc.array(element, { maxLength: 4 }).map((makes) => () => makes.map((make) => make()));
}

export function made(makes: Record<string, Make>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(makes).map(([key, make]) => [key, make()]));
}
