import { SpanStatusCode } from "@opentelemetry/api";
import nodeFetch from "node-fetch";
import { Agent, fetch as undiciFetch } from "undici";
import { fetch as undici6Fetch } from "undici6";
import { expect, onTestFinished, test } from "vitest";
import { tracedFetch } from "../../src/index.js";
import { type Client, describeClient } from "./contract.js";
import { expectCancelled } from "./contract-cancel.js";
import { INCOMING, inRequest, recording, reset, serve, spans } from "./target.js";

const overFetch =
  (fetch: typeof tracedFetch): Client =>
  async (url, initValue) => {
    const response = await fetch(url, initValue);
    const body = response.body as unknown as { cancel?(): Promise<void>; destroy?(): void } | null;
    return {
      status: response.status,
      text: () => response.text(),
      cancel: () => body?.cancel?.() ?? body?.destroy?.(),
    };
  };

const from = (fetch: unknown) => (options: Parameters<typeof tracedFetch.from>[1]) =>
  overFetch(tracedFetch.from(fetch as typeof globalThis.fetch, options));

describeClient({
  name: "tracedFetch",
  make: (options) => overFetch(options === undefined ? tracedFetch : tracedFetch.from(fetch, options)),
});
describeClient({
  name: "tracedFetch.from a function around fetch",
  make: from((input: string, init: RequestInit) => fetch(input, init)),
});
describeClient({ name: "tracedFetch.from undici 7", make: from(undiciFetch) });
describeClient({ name: "tracedFetch.from undici 6", make: from(undici6Fetch) });
describeClient({
  name: "tracedFetch.from node-fetch",
  cannot: { connection: "node:http, which it calls, reports no connections" },
  make: from(nodeFetch),
});

test("the Response of a redirected fetch is as fetch makes it, and so are its clones", async () => {
  const [target] = await recording("far");
  const url = await serve((_request, response) => void response.writeHead(301, { location: `${target}/end` }).end());
  const bare = await fetch(url);
  for (const traced of [tracedFetch, tracedFetch.from((input: string, init: RequestInit) => fetch(input, init))]) {
    const response = await traced(url);
    for (const one of [response.clone(), response]) {
      expect(one).toBeInstanceOf(Response);
      expect(Object.prototype.toString.call(one)).toBe("[object Response]");
      const { url, type, redirected, status, ok } = one;
      expect({ url, type, redirected, status, ok }).toEqual({
        url: `${target}/end`,
        type: bare.type,
        redirected: true,
        status: 200,
        ok: true,
      });
      expect(await one.text()).toBe("far");
    }
    await spans(2);
    await reset();
  }
});

const unread = [
  ["fetch", tracedFetch],
  ["another fetch", tracedFetch.from((input: string, init: RequestInit) => fetch(input, init))],
] as const;

test.each(unread)("%s: an unread body does not hold the span", async (_name, traced) => {
  const url = await serve((_request, response) => void response.write("x".repeat(200_000)));
  const response = await traced(url);
  const [span] = await spans(1);
  expect(span?.status.code).toBe(SpanStatusCode.UNSET);
  expect(span?.events.map((event) => event.name)).toEqual(["body not read"]);
  // It ended with the head, not when the wait for a reader was over.
  expect((span?.duration[0] ?? 9) + 0).toBeLessThan(4);
  expect(response.bodyUsed).toBe(false);
  await response.body?.cancel();
});

test.each(unread)("%s: an abort in the middle of the body is no error", async (_name, traced) => {
  const url = await serve((_request, response) => void response.write("half"));
  const abort = new AbortController();
  const response = await traced(url, { signal: abort.signal });
  const text = response.text();
  setImmediate(() => abort.abort(new RangeError("enough")));
  await expect(text).rejects.toThrow("enough");
  await expectCancelled("body cancelled", 200);
});

test.each(unread)("%s: a body cancelled with a reason is no error", async (_name, traced) => {
  const url = await serve((_request, response) => void response.write("half"));
  await (await traced(url)).body?.cancel(new Error("found what I wanted"));
  expect((await spans(1))[0]?.status.code).toBe(SpanStatusCode.UNSET);
});

test.each(unread)("%s: a stream goes through as it comes", async (_name, traced) => {
  let more = (): void => {};
  const url = await serve((_request, response) => {
    response.write("1");
    more = () => void response.end("2");
  });
  const reader = (await traced(url)).body?.getReader();
  const text = async (): Promise<string> => new TextDecoder().decode((await reader?.read())?.value);
  expect(await text()).toBe("1");
  await spans(0);
  more();
  expect(await text()).toBe("2");
  expect((await reader?.read())?.done).toBe(true);
  await spans(1);
});

test.each(unread)("%s: a Request, and its body over a redirect that keeps it", async (_name, traced) => {
  const got: string[] = [];
  const target = await serve(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    got.push(`${request.method} ${body} ${request.headers["x-own"]}`);
    response.end();
  });
  const url = await serve((_request, response) => void response.writeHead(307, { location: target }).end());
  await (await traced(new Request(url, { method: "POST", body: "kept", headers: { "x-own": "1" } }))).text();
  expect(got).toEqual(["POST kept 1"]);
  await spans(2);
});

test.each(unread)("%s: errors are fetch's own", async (_name, traced) => {
  for (const [input, init] of [
    ["http://[", undefined],
    ["/relative", undefined],
    ["http://127.0.0.1:1/", { method: "GET", body: "x" }],
    ["ftp://127.0.0.1/", undefined],
  ] as const) {
    const own = await fetch(input, init).catch((error: unknown) => error as Error);
    const ours = await traced(input, init).catch((error: unknown) => error as Error);
    expect(String(ours)).toBe(String(own));
    expect(String((ours as Error).cause)).toBe(String((own as Error).cause));
  }
});

test("twenty redirects, and no more", async () => {
  const url = await serve((_request, response) => void response.writeHead(302, { location: "/again" }).end());
  for (const [, traced] of unread) {
    await expect(traced(url)).rejects.toThrow("fetch failed");
    expect((await spans(21)).at(-1)?.attributes["http.request.resend_count"]).toBe(20);
    await reset();
  }
});

test("options that are none are a TypeError that lists the right ones", async () => {
  expect(() => tracedFetch.from(fetch, { propagate: "all" } as never)).toThrow(/one of propagateTo, spanName/);
  await expect(tracedFetch("http://127.0.0.1:1", { tracing: { hook: 1 } as never })).rejects.toThrow(TypeError);
});

test("a fake that replaces the global fetch gets the headers, and may give less than a Response", async () => {
  const calls: [unknown, RequestInit | undefined][] = [];
  const own = globalThis.fetch;
  const answer = { ok: true, json: async () => "fine" };
  onTestFinished(() => {
    globalThis.fetch = own;
  });
  globalThis.fetch = (async (...args: [unknown, RequestInit?]) => {
    calls.push([args[0], args[1]]);
    return answer;
  }) as never;
  expect(await inRequest(() => tracedFetch("http://127.0.0.1:1/path"))).toBe(answer);
  const [span] = await spans(1);
  expect(new Headers(calls[0]?.[1]?.headers).get("x-b3-spanid")).toBe(span?.spanContext().spanId);
  globalThis.fetch = (async () => undefined) as never;
  expect(await tracedFetch("http://127.0.0.1:1/path")).toBeUndefined();
  await spans(2);
});

test.each(unread)("%s: what is no argument at all is fetch's own error", async (_name, traced) => {
  for (const argsValue of [[undefined], [null], [Symbol("x")], ["http://127.0.0.1:1", null]]) {
    const own = await fetch(...(argsValue as [string])).catch(String);
    expect(await traced(...(argsValue as [string])).catch(String)).toBe(own);
  }
});

test("a body whose source makes calls of its own: each has its span", async () => {
  const [url, received] = await recording();
  async function* source(): AsyncGenerator<Uint8Array> {
    yield new TextEncoder().encode(await (await tracedFetch(`${url}/inner`)).text());
  }
  const init = { method: "POST", body: source(), duplex: "half" } as unknown as RequestInit;
  await inRequest(async () => (await tracedFetch(`${url}/outer`, init)).text());
  const all = await spans(2);
  expect(new Set(received.map((headers) => headers["x-b3-spanid"]))).toEqual(
    new Set(all.map((span) => span.spanContext().spanId)),
  );
});

test("calls that wait in a bounded pool keep the context in which the app made them", async () => {
  const [url, received] = await recording();
  const dispatcher = new Agent({ connections: 2, pipelining: 1 });
  const call = async (index: number): Promise<void> => {
    const headers = {
      ...INCOMING,
      "x-b3-traceid": index.toString(16).padStart(32, "a"),
      "x-request-id": `id-${index}`,
    };
    const init = { dispatcher, headers: { "x-index": String(index) } } as unknown as RequestInit;
    await inRequest(async () => (await tracedFetch(url, init)).text(), headers);
  };
  await Promise.all(Array.from({ length: 1000 }, (_, index) => call(index)));
  expect(received).toHaveLength(1000);
  for (const headers of received) {
    const index = Number(headers["x-index"]);
    expect(headers["x-request-id"]).toBe(`id-${index}`);
    expect(headers["x-b3-traceid"]).toBe(index.toString(16).padStart(32, "a"));
  }
  await spans(1000);
  await dispatcher.close();
});

test("a dispatcher of the caller, and members that an init inherits, are used", async () => {
  const [url, received] = await recording();
  const paths: string[] = [];
  const log =
    (dispatch: Agent["dispatch"]): Agent["dispatch"] =>
    (options, handler) => {
      paths.push(options.path);
      return dispatch(options, handler);
    };
  const dispatcher = new Agent().compose(log);
  await (await tracedFetch(`${url}/own`, { dispatcher } as unknown as RequestInit)).text();
  expect(paths).toEqual(["/own"]);
  await (await tracedFetch(url, new Request(url, { method: "POST", body: "x", headers: { "x-own": "1" } }))).text();
  expect(received[1]?.["x-own"]).toBe("1");
  expect((await spans(2)).map((span) => span.name)).toEqual(["GET", "POST"]);
  await dispatcher.close();
});
