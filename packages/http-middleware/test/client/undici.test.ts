import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import * as undici7 from "undici";
import * as undici6 from "undici6";
import { describe, expect, test } from "vitest";
import type { ClientOptions } from "../../src/client/options.js";
import { undiciTracing } from "../../src/client/undici/undici.js";
import { type Client, describeClient } from "./contract.js";
import { INCOMING, inRequest, recording, serve, spans, TRACE } from "./target.js";

type Undici = typeof undici7;
const versions: [string, Undici][] = [
  ["undici 7", undici7],
  ["undici 6", undici6 as unknown as Undici],
];
if (Number(process.versions.node.split(".")[0]) < 22) {
  test.skip("undici 8: it does not load before Node 22", () => {});
} else versions.push(["undici 8", (await import("undici8")) as unknown as Undici]);

describe.each(versions)("%s", (name, { Agent, Client: UndiciClient, Pool, fetch, interceptors, request }) => {
  const agent = (options?: ClientOptions) =>
    new Agent().compose(undiciTracing(options), interceptors.redirect({ maxRedirections: 5 }));

  describeClient({
    name: `${name}: request`,
    make: (options): Client => {
      const dispatcher = agent(options);
      return async (url, init) => {
        const { statusCode, body } = await request(url, { dispatcher, ...init } as never);
        return { status: statusCode, text: () => body.text(), cancel: () => body.on("error", () => {}).destroy() };
      };
    },
  });

  describeClient({
    name: `${name}: fetch with a dispatcher`,
    cannot: {
      "tracing per call": "fetch hands no options of others on to its dispatcher",
      hops: "fetch asks its dispatcher for each hop anew",
    },
    make: (options): Client => {
      const dispatcher = new Agent().compose(undiciTracing(options));
      return async (url, initValue) => {
        const response = await fetch(url, { dispatcher, ...initValue });
        return { status: response.status, text: () => response.text(), cancel: () => response.body?.cancel() };
      };
    },
  });

  test("handlers of both forms, and those with few methods, work as without tracing", async () => {
    const [url] = await recording();
    const dispatch = (tracing: boolean, few: boolean): Promise<string> =>
      new Promise((resolve, reject) => {
        const seen: string[] = [];
        const see = (what: string) => () => {
          seen.push(what);
          return true;
        };
        const end = (what: string) => () => resolve([...seen, what].join());
        const old = { onConnect: see("connect"), onHeaders: see("headers"), onData: see("data") };
        const handler = {
          ...(few && name !== "undici 6" ? {} : { ...old, onComplete: end("complete"), onError: reject }),
          onRequestStart: see("start"),
          onResponseEnd: end("end"),
        };
        const dispatcher = tracing ? new Agent().compose(undiciTracing()) : new Agent();
        dispatcher.dispatch({ origin: url, path: "/", method: "GET" }, handler as never);
      });
    for (const few of [false, true]) expect(await dispatch(true, few)).toBe(await dispatch(false, few));
  });

  test("a Pool that is busy keeps each request's own context", async () => {
    const [url, received] = await recording();
    const pool = new Pool(url, { connections: 1, pipelining: 1 }).compose(undiciTracing());
    const one = (index: number): Promise<void> =>
      inRequest(
        async () => {
          const { body } = await pool.request({ path: `//${index}?q=1`, method: "GET" });
          await body.text();
        },
        { ...INCOMING, "x-b3-traceid": String(index).padStart(32, "a") },
      );
    await Promise.all(Array.from({ length: 30 }, (_, index) => one(index)));
    const all = await spans(30);
    expect(new Set(received.map((headers) => headers["x-b3-traceid"])).size).toBe(30);
    for (const span of all) {
      expect(span.attributes["url.full"]).toBe(
        `${url}//${Number(span.spanContext().traceId.replaceAll("a", ""))}?REDACTED`,
      );
    }
    await pool.close();
  });

  test("pipelined requests of one Client", async () => {
    const [url, received] = await recording();
    const client = new UndiciClient(url, { pipelining: 10 }).compose(undiciTracing());
    const ask = async (path: string): Promise<string> =>
      (await client.request({ path, method: "GET", headers: ["x-own", "1"] })).body.text();
    await inRequest(() => Promise.all(Array.from({ length: 10 }, (_, index) => ask(`/${index}`))));
    const all = await spans(10);
    expect(new Set(received.map((headers) => headers["x-b3-spanid"]))).toEqual(
      new Set(all.map((span) => span.spanContext().spanId)),
    );
    expect(received.every((headers) => headers["x-own"] === "1" && headers["x-b3-traceid"] === TRACE)).toBe(true);
    await client.close();
  });

  test("a repeated request is a call of its own, and says how often", async () => {
    let initValue = 0;
    const url = await serve((_request, response) => {
      initValue += 1;
      response.writeHead(initValue < 3 ? 503 : 200).end();
    });
    const retry = interceptors.retry({ minTimeout: 1, timeoutFactor: 1 });
    const dispatcher = new Agent().compose(undiciTracing(), retry);
    await (await request(url, { dispatcher })).body.dump();
    const all = await spans(3);
    expect(all.map((span) => span.attributes["http.response.status_code"])).toEqual([503, 503, 200]);
    expect(all.map((span) => span.attributes["http.request.resend_count"])).toEqual([undefined, 1, 2]);
  });

  test("stream, pipeline and upgrade work as without it", async () => {
    const server = createServer((incoming, response) => void incoming.pipe(response));
    server.on("upgrade", (_request, socket) => {
      socket.end("HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: own\r\n\r\nhello");
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const client = new UndiciClient(url).compose(undiciTracing());
    let streamed = "";
    const { Writable } = await import("node:stream");
    const sink = () =>
      new Writable({
        write(chunk, _encoding, done) {
          streamed += chunk;
          done();
        },
      });
    await client.stream({ path: "/", method: "POST", body: "up and down" }, sink);
    expect(streamed).toBe("up and down");
    await spans(1);
    const { socket } = await client.upgrade({ path: "/", protocol: "own" });
    expect(String((await once(socket, "data"))[0])).toBe("hello");
    socket.destroy();
    await client.close();
    server.close();
  });

  test("the first requests of a Client without a server", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, "close");
    const client = new UndiciClient(`http://127.0.0.1:${port}`).compose(undiciTracing());
    for (let index = 0; index < 2; index += 1) {
      await expect(client.request({ path: "/", method: "GET" })).rejects.toThrow();
    }
    expect((await spans(2)).map((span) => span.attributes["error.type"])).toEqual(["ECONNREFUSED", "ECONNREFUSED"]);
  });
});

test("an unknown option is a TypeError", () => {
  expect(() => undiciTracing({ propagate: "all" } as never)).toThrow(/one of propagateTo/);
});
