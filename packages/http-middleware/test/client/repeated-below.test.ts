/**
 * Requests that undici repeats below our adapter: each has its own span, and a stranger receives no
 * headers.
 */
import type { IncomingHttpHeaders } from "node:http";
import * as undici7 from "undici";
import * as undici6 from "undici6";
import { describe, expect, test } from "vitest";
import { undiciTracing } from "../../src/client/undici/undici.js";
import { tracedFetch } from "../../src/index.js";
import { INCOMING, inRequest, recording, serve, spans, TRACE, TRACING_HEADER } from "./target.js";

type Undici = typeof undici7;
type Ask = (url: string, headers?: Record<string, string>) => Promise<string>;

const undicis: [string, Undici][] = [
  ["undici 7", undici7],
  ["undici 6", undici6 as unknown as Undici],
];
if (Number(process.versions.node.split(".")[0]) >= 22) {
  undicis.push(["undici 8", (await import("undici8")) as unknown as Undici]);
}

const RETRY = { minTimeout: 1, timeoutFactor: 1, maxRetries: 3 };

/** Each way in which redirects are followed, and requests repeated, below the adapter. */
function waysOf(name: string, { Agent, interceptors, request }: Undici): [string, Ask][] {
  const over =
    (dispatcher: unknown, more: object = {}): Ask =>
    async (url, headers = {}) =>
      (await request(url, { dispatcher, headers, ...more } as never)).body.text();
  const below = new Agent().compose(interceptors.retry(RETRY), interceptors.redirect({ maxRedirections: 5 }));
  const list: Ask = async (url, headers = {}) => {
    const dispatcher = below.compose(undiciTracing());
    return (await request(url, { dispatcher, headers: Object.entries(headers).flat() } as never)).body.text();
  };
  const ways: [string, Ask][] = [
    [`${name}: interceptors composed before`, over(below.compose(undiciTracing()))],
    [`${name}: headers as a list`, list],
  ];
  if (name !== "undici 6") return ways;
  const withRetry = new Agent().compose(interceptors.retry(RETRY));
  const withBoth = new Agent({ maxRedirections: 5 } as never).compose(interceptors.retry(RETRY));
  return [
    ...ways,
    [`${name}: maxRedirections of a request`, over(withRetry.compose(undiciTracing()), { maxRedirections: 5 })],
    [`${name}: maxRedirections of an Agent`, over(withBoth.compose(undiciTracing()))],
  ];
}

const fetchOver: Ask = async (url, headers = {}) => {
  const { Agent, interceptors } = undici6;
  const dispatcher = new Agent().compose(
    interceptors.retry(RETRY),
    (dispatch) => (options, handler) => dispatch({ ...options, maxRedirections: 5 } as never, handler),
  );
  return (await tracedFetch(url, { headers, dispatcher } as unknown as RequestInit)).text();
};

const all: [string, Ask][] = [...undicis.flatMap(([name, undici]) => waysOf(name, undici)), ["tracedFetch", fetchOver]];

describe.each(all)("%s", (_name, ask) => {
  const ours = (headers: IncomingHttpHeaders | undefined): string[] =>
    Object.keys(headers ?? {}).filter((name) => TRACING_HEADER.test(name) || name.startsWith("meshtrace"));

  test("a stranger receives nothing", async () => {
    const [stranger, far] = await recording("far", "localhost");
    const near: IncomingHttpHeaders[] = [];
    const url = await serve((request, response) => {
      near.push(request.headers);
      response.writeHead(302, { location: stranger }).end("moved");
    });
    expect(await inRequest(() => ask(url, { ...INCOMING, b3: "0", "x-own": "1" }))).toBe("far");
    const [first, second] = await spans(2);
    expect(near[0]?.["x-b3-spanid"]).toBe(first?.spanContext().spanId);
    expect(near[0]?.["meshtrace-undici-request"]).toBeUndefined();
    expect(ours(far[0])).toEqual([]);
    expect(far[0]?.["x-own"]).toBe("1");
    expect(first?.attributes["http.response.status_code"]).toBe(302);
    expect(second?.attributes).toMatchObject({ "server.address": "localhost", "http.response.status_code": 200 });
  });

  test("not even of an unsampled trace", async () => {
    const [stranger, far] = await recording("far", "localhost");
    const url = await serve((_request, response) => void response.writeHead(302, { location: stranger }).end());
    await inRequest(() => ask(url), { ...INCOMING, "x-b3-sampled": "0" });
    expect(ours(far[0])).toEqual([]);
    await spans(0);
  });

  test("a host of the mesh receives the next span", async () => {
    const [target, received] = await recording();
    const url = await serve((_request, response) => void response.writeHead(307, { location: target }).end());
    await inRequest(() => ask(url));
    const [, second] = await spans(2);
    expect(received[0]).toMatchObject({
      "x-b3-traceid": TRACE,
      "x-b3-spanid": second?.spanContext().spanId,
      "x-b3-parentspanid": INCOMING["x-b3-spanid"],
      "x-request-id": INCOMING["x-request-id"],
    });
    expect(second?.attributes["http.request.resend_count"]).toBe(1);
  });

  test("a retry is a call of its own", async () => {
    const received: IncomingHttpHeaders[] = [];
    const url = await serve((request, response) => {
      received.push(request.headers);
      response.writeHead(received.length < 3 ? 503 : 200).end("done");
    });
    expect(await inRequest(() => ask(url))).toBe("done");
    const all = await spans(3);
    expect(all.map((span) => span.attributes["http.response.status_code"])).toEqual([503, 503, 200]);
    expect(received.map((headers) => headers["x-b3-spanid"])).toEqual(all.map((span) => span.spanContext().spanId));
  });
});

test("a proxy that is no target receives none", async () => {
  const [url, received] = await recording();
  const { port } = new URL(url);
  const dispatcher = new undici7.ProxyAgent({ uri: `http://localhost:${port}`, proxyTunnel: false }).compose(
    undiciTracing(),
  );
  await inRequest(async () => (await undici7.request("http://127.0.0.1/x", { dispatcher })).body.text());
  expect(Object.keys(received[0] ?? {}).filter((name) => TRACING_HEADER.test(name))).toEqual([]);
  await spans(1);
});

test("each host of a BalancedPool is decided on", async () => {
  const [near, toNear] = await recording();
  const [far, toFar] = await recording("far", "localhost");
  const pool = new undici6.BalancedPool([near, far], { connections: 1 });
  const dispatcher = pool.compose(undiciTracing());
  const ask = async (): Promise<string> => (await dispatcher.request({ path: "/", method: "GET" })).body.text();
  await inRequest(() => Promise.all(Array.from({ length: 20 }, ask)));
  expect(toNear.length).toBeGreaterThan(0);
  expect(toFar.length).toBeGreaterThan(0);
  expect(toNear.every((headers) => headers["x-b3-traceid"] === TRACE)).toBe(true);
  expect(toFar.flatMap((headers) => Object.keys(headers).filter((name) => TRACING_HEADER.test(name)))).toEqual([]);
  await spans(20);
});
