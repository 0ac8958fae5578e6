import { once } from "node:events";
import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { connect } from "node:net";
import { trace } from "@opentelemetry/api";
import { afterEach, describe, expect, test } from "vitest";
import { instrumentHttp, tracedHttp } from "../../src/client/http/http.js";
import { type Client, describeClient } from "./contract.js";
import { INCOMING, inRequest, recording, serve, spans, TRACE } from "./target.js";

type HttpModule = Pick<typeof http, "request" | "get">;

const overHttp =
  (module: HttpModule): Client =>
  (url, { body, ...options } = {}) =>
    new Promise((resolve, reject) => {
      const request = module.request(url, options, (response) => {
        const text = async (): Promise<string> => {
          let all = "";
          for await (const chunk of response) all += chunk;
          return all;
        };
        resolve({ status: response.statusCode ?? 0, text, cancel: () => response.destroy() });
      });
      request.on("error", reject).end(body);
    });

const noRedirects = { redirects: "node:http follows none", hops: "node:http follows none" };

describeClient({
  name: "tracedHttp",
  cannot: noRedirects,
  make: (options) => overHttp(tracedHttp.from(http, options)),
});

describe("node:http instrumented", () => {
  let undo = (): void => {};
  afterEach(() => undo());

  describeClient({
    name: "instrumentHttp()",
    cannot: noRedirects,
    make: (options) => (url, init) => {
      undo = instrumentHttp(options);
      const answer = overHttp(http)(url, init);
      undo();
      return answer;
    },
  });

  test("who imported by name is traced as well, and the undo leaves what was there", async () => {
    const native = { ...http };
    const named = await import("node:http");
    undo = instrumentHttp();
    expect(named.request).toBe(http.request);
    expect(named.request).not.toBe(native.request);
    const again = instrumentHttp();
    const [url] = await recording();
    await (await overHttp(http)(url)).text();
    await (await overHttp(tracedHttp)(url)).text();
    await spans(2);
    again();
    undo();
    expect([http.request, http.get, named.request]).toEqual([native.request, native.get, native.request]);
  });
});

const answer = async (request: ClientRequest): Promise<string> => {
  const [response] = (await once(request, "response")) as [IncomingMessage];
  let all = "";
  for await (const chunk of response) all += chunk;
  return all;
};

describe("every form of a call", () => {
  const parts = (url: string): RequestOptions => {
    const { hostname, port } = new URL(url);
    return { hostname, port, path: "/path?x=1" };
  };
  const own = { "x-own": "1" };
  const forms: [string, (url: string) => ClientRequest][] = [
    ["get(text)", (url) => tracedHttp.get(`${url}/path?x=1`, { headers: own })],
    ["get(URL)", (url) => tracedHttp.get(new URL(`${url}/path?x=1`), { headers: own })],
    ["get(options)", (url) => tracedHttp.get({ ...parts(url), headers: own })],
    ["get(text, options)", (url) => tracedHttp.get(url, { path: "/path?x=1", headers: own })],
    ["request(URL, options)", (url) => tracedHttp.request(new URL(url), { ...parts(url), headers: own }).end()],
    ["legacy url.parse", (url) => tracedHttp.get({ ...new URL(url), ...parts(url), href: url, headers: own } as never)],
    ["headers in other cases", (url) => tracedHttp.get({ ...parts(url), headers: { "X-Own": 1, "X-B3-SpanId": "1" } })],
    [
      "headers as a list",
      (url) => tracedHttp.get({ ...parts(url), headers: ["Host", "h", "X-Own", "1", "X-B3-SpanId", "1"] as never }),
    ],
    [
      "headers as a list of pairs",
      (url) => {
        const headers = [
          ["host", "h"],
          ["x-own", "1"],
          ["x-b3-spanid", "1"],
        ];
        return tracedHttp.get({ ...parts(url), headers: headers as never });
      },
    ],
    ["Headers", (url) => tracedHttp.get({ ...parts(url), headers: new Headers(own) as never })],
    [
      "setHeader, setHeaders later",
      (url) => {
        const request = tracedHttp.request(parts(url));
        request.setHeaders(new Headers({ ...own, "x-b3-spanid": "1111111111111111" }));
        request.setHeader("X-B3-Sampled", "0");
        return request.end();
      },
    ],
    [
      "Expect: 100-continue",
      (url) => {
        const request = tracedHttp.request({
          ...parts(url),
          method: "POST",
          headers: { ...own, expect: "100-continue", "content-length": 4 },
        });
        return request.once("continue", () => request.end("body"));
      },
    ],
    [
      "an agent",
      (url) => tracedHttp.get(url, { path: "/path?x=1", agent: new http.Agent({ maxSockets: 1 }), headers: own }),
    ],
    ["no agent", (url) => tracedHttp.get(url, { path: "/path?x=1", agent: false, headers: own })],
    [
      "a socket of the caller's",
      (url) =>
        tracedHttp.get({
          ...parts(url),
          createConnection: () => connect(Number(new URL(url).port), "127.0.0.1"),
          headers: own,
        }),
    ],
  ];
  test.each(forms)("%s", async (name, make) => {
    const [url, received] = await recording();
    expect(await inRequest(() => answer(make(url)))).toBe("there");
    const [span] = await spans(1);
    expect(span?.attributes["url.full"]).toBe(`${url}/path?REDACTED`);
    expect(received[0]).toMatchObject({
      "x-own": "1",
      "x-b3-traceid": TRACE,
      "x-b3-spanid": span?.spanContext().spanId,
      "x-b3-sampled": "1",
    });
    if (name.startsWith("Expect")) expect(span?.name).toBe("POST");
  });
});

test("what the caller passed stays as it was", async () => {
  const [url] = await recording();
  const headers = Object.freeze({ "X-B3-SpanId": "1", "x-own": "1" });
  const options = Object.freeze({ headers, tracing: {} });
  await answer(tracedHttp.get(url, options as RequestOptions));
  expect(options).toEqual({ headers: { "X-B3-SpanId": "1", "x-own": "1" }, tracing: {} });
  await spans(1);
});

test("a response without a listener is thrown away, as Node does, and ends the span", async () => {
  const [url] = await recording("x".repeat(200_000));
  tracedHttp.get(url);
  const [span] = await spans(1);
  expect(span?.attributes["http.response.status_code"]).toBe(200);
});

test("an error without a listener is thrown, as Node does", async () => {
  const request = tracedHttp.get("http://127.0.0.1:1/");
  expect(request.listenerCount("error")).toBe(0);
  expect(() => request.emit("error", new Error("no server listens"))).toThrow("no server listens");
  request.on("error", () => {});
  await spans(1);
});

test("a timeout that the caller acts on is marked", async () => {
  const url = await serve(() => {});
  const request = tracedHttp.get(url, { timeout: 20 });
  request.on("timeout", () => request.destroy());
  await once(request, "error");
  expect((await spans(1))[0]?.attributes["error.type"]).toBe("timeout");
});

test("an upgrade ends the span, with 101", async () => {
  const server = http.createServer();
  server.on("upgrade", (_request, socket) => {
    socket.write("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: own\r\n\r\n");
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as { port: number };
  const headers = { connection: "upgrade", upgrade: "own" };
  const request = tracedHttp.get({ port, host: "127.0.0.1", headers });
  const [, socket] = await once(request, "upgrade");
  expect((await spans(1))[0]?.attributes["http.response.status_code"]).toBe(101);
  socket.destroy();
  server.close();
});

test("listeners run in the caller's context, over one socket that many use", async () => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  let initValue = 0;
  const url = await serve((request, response) => {
    initValue += 1;
    if (initValue % 5 === 0) request.socket.destroy();
    else response.end("x");
  });
  const one = (index: number): Promise<void> => {
    const id = String(index + 1).padStart(32, "a");
    const ask = (): Promise<void> =>
      new Promise((resolve) => {
        const seen = (): void => expect(trace.getActiveSpan()?.spanContext().traceId).toBe(id);
        const request = tracedHttp.get(url, { agent }, (response) => {
          seen();
          response.on("data", seen).on("end", () => {
            seen();
            resolve();
          });
        });
        request.on("socket", seen).on("error", () => {
          seen();
          resolve();
        });
      });
    return inRequest(ask, { ...INCOMING, "x-b3-traceid": id });
  };
  await Promise.all(Array.from({ length: 20 }, (_, index) => one(index)));
  await spans(20);
  agent.destroy();
});

test("errors of the arguments are Node's own", async () => {
  for (const args of [["http://["], [{ path: "/a b" }], [{ headers: { "bad header": "x" } }], ["https://127.0.0.1"]]) {
    const error = (call: (...all: never[]) => ClientRequest): string => {
      try {
        call(...(args as never[])).destroy();
      } catch (thrown) {
        return String(thrown);
      }
      return "nothing thrown";
    };
    expect(error(tracedHttp.request as never)).toBe(error(http.request as never));
  }
  expect(() => tracedHttp.get("http://127.0.0.1:1", { tracing: { hook: 1 } } as never)).toThrow(/unknown option hook/);
  expect(() => instrumentHttp({ hook: 1 } as never)).toThrow(TypeError);
});

test("the phases of a connection are events when asked for, and a connection that is kept has none", async () => {
  const [url] = await recording();
  const client = tracedHttp.from(http, { connectionEvents: true });
  const agent = new http.Agent({ keepAlive: true });
  await answer(client.get(url, { agent }));
  await answer(client.get(url, { agent }));
  agent.destroy();
  const events = (await spans(2)).map((span) => span.events.map(({ name }) => name));
  expect(events).toEqual([["connect"], []]);
});

test.each([
  ["a stranger is connected to", "localhost", "127.0.0.1", false],
  ["a stranger is named", "127.0.0.1", "example.com", false],
  ["both are targets", "127.0.0.1", "127.0.0.1", true],
])("a path that is a URL, where %s", async (_case, connected, named, sent) => {
  const [url, received] = await recording();
  const { port } = new URL(url);
  await inRequest(() => answer(tracedHttp.get({ host: connected, port, path: `http://${named}/x` })));
  expect(received[0]?.["x-b3-traceid"]).toBe(sent ? TRACE : undefined);
  await spans(1);
});
