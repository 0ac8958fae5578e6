/** `tracing` on a single call, in the types of each client and where its value is wrong. */
import { once } from "node:events";
import http, { type RequestOptions } from "node:http";
import type https from "node:https";
import { Agent, type Dispatcher, request } from "undici";
import { describe, expect, test } from "vitest";
import { tracedHttp, tracedHttps } from "../../src/client/http/http.js";
import { type UndiciCallOptions, undiciTracing } from "../../src/client/undici/undici.js";
import { tracedFetch } from "../../src/index.js";
import { inRequest, recording, spans, TRACING_HEADER } from "./target.js";

const dispatcher = new Agent().compose(undiciTracing());
type UndiciOptions = Omit<Dispatcher.RequestOptions, "origin" | "path"> & UndiciCallOptions;

const NOT_TRACED = {
  tracedFetch: async (url: string) => (await tracedFetch(url, { tracing: false })).text(),
  "tracedFetch.from": async (url: string) =>
    (await tracedFetch.from((input: string, init?: RequestInit) => fetch(input, init))(url, { tracing: false })).text(),
  "undici's request": async (url: string) => {
    const options: UndiciOptions & { dispatcher: Dispatcher } = { method: "GET", dispatcher, tracing: false };
    return (await request(url, options)).body.text();
  },
  "tracedHttp.request": (url: string) => once(tracedHttp.request(url, { tracing: false }).end(), "response"),
  "tracedHttp.get with a callback": (url: string) =>
    new Promise((resolve) => {
      tracedHttp.get({ ...partsOf(url), tracing: false }, (response) => response.resume().once("end", resolve));
    }),
  "tracedHttp.from": (url: string) => once(tracedHttp.from(http).get(url, { tracing: false }), "response"),
};

function partsOf(url: string): RequestOptions {
  const { hostname, port } = new URL(url);
  return { hostname, port };
}

test.each(Object.keys(NOT_TRACED) as (keyof typeof NOT_TRACED)[])("%s: tracing: false", async (name) => {
  const [url, received] = await recording();
  await inRequest(() => NOT_TRACED[name](url));
  expect(Object.keys(received[0] ?? {}).filter((header) => TRACING_HEADER.test(header))).toEqual([]);
  await spans(0);
});

describe.each([
  ["an unknown option", { propagate: "all" }, /unknown option propagate; one of propagateTo/],
  ["a value of the wrong type", { propagateTo: "everywhere" }, /propagateTo: "everywhere" is not allowed/],
  ["no object", "off", /"off" is not allowed/],
])("%s is a TypeError", (_name, tracing, message) => {
  const url = "http://127.0.0.1:1/";
  test.each([
    ["tracedFetch", () => tracedFetch(url, { tracing: tracing as never })],
    ["undici", () => request(url, { dispatcher, tracing } as never)],
    ["tracedHttp", async () => tracedHttp.get(url, { tracing: tracing as never })],
  ])("%s", async (_client, call) => {
    const error = await call().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toMatch(message);
  });
});

test("wrong options do not compile", () => {
  const never = (_call: () => unknown): void => {};
  // @ts-expect-error the option has another name
  never(() => tracedFetch("http://a", { tracing: { propagate: "all" } }));
  // @ts-expect-error the option has another name
  never(() => tracedHttp.get("http://a", { tracing: { propagate: "all" } }));
  // @ts-expect-error the value is not allowed
  never(() => tracedHttps.request({ host: "a", tracing: { captureQuery: "yes" } }));
  // @ts-expect-error the value is not allowed
  never((): UndiciCallOptions => ({ tracing: { ignore: "/health" } }));
  // A traced module still has the type of the module.
  never((): typeof https => tracedHttps);
  never((): typeof http => tracedHttp);
});
