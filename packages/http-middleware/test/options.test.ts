import { expect, test } from "vitest";
import { type ClientOptions, callOptions, checkClientOptions } from "../src/client/options.js";
import { checkServerOptions } from "../src/server/options.js";

type Check = (options: object) => object;

const nothing = (): void => {};

/** Wrong and allowed values of the options that servers and clients share. */
const SHARED = [
  ["spanName", "GET", "a function", [nothing]],
  ["ignore", /health/, "a function", [nothing]],
  ["onRequest", true, "a function", [nothing]],
  ["onResponse", null, "a function", [nothing]],
  ["captureHeaders", ["x-a"], "an object with request, response", [{}, { request: ["x-a"], response: [] }]],
  ["captureQuery", "yes", "true or false", [true, false]],
] as const;

const SERVER = [
  ...SHARED,
  ["responseHeaders", "x-trace-id", "a list of strings", [[], ["x-trace-id", "traceresponse"]]],
  ["trust", "never", '"continue" or "restart" or "ignore"', ["continue", "restart", "ignore"]],
] as const;

const CLIENT = [
  ...SHARED,
  ["propagateTo", "reviews", '"mesh", "all", "none", a function', ["mesh", nothing, ["a", /b/]]],
  ["propagateTo", ["a", 1], "or a list of strings and regular expressions", ["all", "none", []]],
  ["connectionEvents", 1, "true or false", [true, false]],
] as const;

test.each([
  ...SERVER.map((row) => ["servers", checkServerOptions as Check, ...row] as const),
  ...CLIENT.map((row) => ["clients", checkClientOptions as Check, ...row] as const),
])("options of %s: $2", (_side, check, name, wrong, expected, allowed) => {
  expect(() => check({ [name]: wrong })).toThrow(TypeError);
  expect(() => check({ [name]: wrong })).toThrow(`${name}: `);
  expect(() => check({ [name]: wrong })).toThrow(expected);
  for (const value of [undefined, ...allowed]) {
    const options = { [name]: value };
    expect(check(options)).toBe(options);
  }
});

test.each([
  [{ captureHeaders: { request: "x-a" } }, 'captureHeaders.request: "x-a" is not allowed; a list of strings'],
  [
    { captureHeaders: { response: ["x-a", 1] } },
    'captureHeaders.response: ["x-a",1] is not allowed; a list of strings',
  ],
  [{ captureHeaders: { requests: [] } }, "unknown option captureHeaders.requests; one of request, response"],
  [{ captureHeaders: { request: ["Cookie"] } }, "captureHeaders: Cookie may carry credentials"],
  [{ ignore: 10n }, "ignore: bigint 10 is not allowed; a function"],
  [{ ignore: Symbol("x") }, "ignore: symbol Symbol(x) is not allowed; a function"],
  [{ captureQuery: nothing }, "captureQuery: a function is not allowed; true or false"],
  [{ spanName: "x".repeat(200) }, `spanName: "${"x".repeat(99)}... is not allowed; a function`],
  [{ toString: nothing }, "unknown option toString; one of spanName"],
  ["ignore", 'options: "ignore" is not allowed; an object'],
  [null, "options: null is not allowed; an object"],
  [[], "options: [] is not allowed; an object"],
])("%o is a TypeError with a message that names the problem", (options, message) => {
  expect(() => checkServerOptions(options as never)).toThrow(message);
});

test("a cyclic value is named without failing", () => {
  const cyclic: { self?: object } = {};
  cyclic.self = cyclic;
  expect(() => checkServerOptions({ trust: cyclic } as never)).toThrow("trust: an object is not allowed");
});

test("options of one call are checked, too", () => {
  const client: ClientOptions = { captureQuery: true };
  expect(callOptions(client, { ignore: () => true })).toEqual({ captureQuery: true, ignore: expect.any(Function) });
  expect(() => callOptions(client, { ignore: true } as never)).toThrow("ignore: true is not allowed; a function");
  expect(() => callOptions(client, "yes" as never)).toThrow('options: "yes" is not allowed; an object');
});

test("options without meaning in a protocol are unknown there", () => {
  expect(() => checkServerOptions({ captureQuery: true }, ["captureQuery"])).toThrow("unknown option captureQuery");
  expect(() => checkClientOptions({ connectionEvents: true }, ["connectionEvents"])).toThrow("unknown option");
});

test.each([
  { propagateTo: "http://bob:S3CRET@ho st/?k=S3CRET" },
  { propagateTo: [1, "bob:S3CRET@host"] },
  { captureHeaders: { request: { authorization: "S3CRET", "x-jwt": "S3CRET" } } },
  { spanName: { token: "S3CRET", inner: { url: "h?S3CRET" } } },
  { apiKey: "S3CRET" },
])("messages show no secrets: %o", (options) => {
  let message = "";
  try {
    checkClientOptions(options as object);
  } catch (error) {
    message = (error as Error).message;
  }
  expect(message).toMatch(/is not allowed|unknown option/);
  expect(message).not.toContain("S3CRET");
});
