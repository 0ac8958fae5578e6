/** The connections that calls of undici and fetch are sent over. */
import { once } from "node:events";
import { createSecureServer } from "node:http2";
import type { AddressInfo } from "node:net";
import * as undici7 from "undici";
import * as undici6 from "undici6";
import { describe, expect, onTestFinished, test } from "vitest";
import { undiciTracing } from "../../src/client/undici/undici.js";
import { tracedFetch } from "../../src/index.js";
import { cert, key } from "./certificate.js";
import { closed, recording, serve, spans } from "./target.js";

type Undici = typeof undici7;
const NODE_20 = process.version.startsWith("v20.");
/** Which copies Node's own fetch works with: undici 8 refuses the handlers of those before 7. */
const takesFetch = (copy: number): boolean => (Number(process.versions["undici"]?.[0]) < 8 ? copy < 8 : copy > 6);
const versions: [string, Undici][] = [
  ["undici 6", undici6 as unknown as Undici],
  ["undici 7", undici7],
];
if (!NODE_20) versions.push(["undici 8", (await import("undici8")) as unknown as Undici]);

const DISPATCHER = "tracedFetch with its dispatcher";
const portOf = (url: string): number => Number(new URL(url).port);
const peers = async (count: number): Promise<unknown[]> =>
  (await spans(count)).map(({ attributes }) => attributes["network.peer.port"]);

describe.each(versions)("%s", (name, { Agent, MockAgent, fetch, interceptors, request }) => {
  const isOwn = takesFetch(Number(name.at(-1)));
  /** Each way to call over a dispatcher of this copy. */
  const ways: [string, (url: string, dispatcher: InstanceType<Undici["Dispatcher"]>) => Promise<string>][] = [
    [DISPATCHER, async (url, dispatcher) => text(tracedFetch(url, { dispatcher } as never))],
    [
      "tracedFetch.from its fetch",
      async (url, dispatcher) => text(tracedFetch.from(fetch)(url, { dispatcher } as never)),
    ],
    [
      "request with the interceptor",
      async (url, dispatcher) => (await request(url, { dispatcher: dispatcher.compose(undiciTracing()) })).body.text(),
    ],
    [
      "fetch with the interceptor",
      async (url, dispatcher) => text(fetch(url, { dispatcher: dispatcher.compose(undiciTracing()) })),
    ],
  ];

  describe.each(ways.filter(([way]) => isOwn || way !== DISPATCHER))("%s", (way, call) => {
    test("a busy pool of two connections, and another host between", async () => {
      const [url] = await recording();
      const [other] = await recording();
      const dispatcher = new Agent({ connections: 2 });
      const all = Array.from({ length: 12 }, (_, index) =>
        call(`${index % 3 === 2 ? other : url}/${index}`, dispatcher),
      );
      await Promise.all(all);
      const attributes = (await spans(12)).map((span) => span.attributes);
      // Without a dispatcher of an adapter, a request is found only in the context of its call.
      const known = attributes.filter((one) => way !== "tracedFetch.from its fetch" || one["network.peer.port"]);
      expect(known.length).toBeGreaterThanOrEqual(4);
      for (const one of known) expect(one["network.peer.port"]).toBe(one["server.port"]);
      await dispatcher.close();
    });

    test("no server: no connection", async () => {
      await expect(call(await closed(), new Agent())).rejects.toThrow();
      const [span] = await spans(1);
      expect(Object.keys(span?.attributes ?? {}).filter((key) => key.startsWith("network."))).toEqual([]);
    });

    test("a connection that breaks before the head is named", async () => {
      const url = await serve((received) => void received.socket.destroy());
      await expect(call(url, new Agent())).rejects.toThrow();
      expect(await peers(1)).toEqual([portOf(url)]);
    });

    test("HTTP/2", async () => {
      const url = await secure();
      const dispatcher = new Agent({ allowH2: true, connect: { rejectUnauthorized: false } });
      expect(await call(url, dispatcher)).toBe("2.0");
      expect(await call(url, dispatcher)).toBe("2.0");
      for (const span of await spans(2)) {
        expect(span.attributes).toMatchObject({
          "network.protocol.version": "2",
          "network.peer.address": "127.0.0.1",
          "network.peer.port": portOf(url),
        });
      }
      await dispatcher.destroy();
    });

    test("HTTP/1.1 over TLS", async () => {
      const url = await secure();
      const dispatcher = new Agent({ allowH2: false, connect: { rejectUnauthorized: false } });
      expect(await call(url, dispatcher)).toBe("1.1");
      const [span] = await spans(1);
      expect(span?.attributes).toMatchObject({ "network.protocol.version": "1.1", "network.peer.port": portOf(url) });
      await dispatcher.destroy();
    });
  });

  test("each retry names its own connection", async () => {
    let count = 0;
    const url = await serve((_request, response) => {
      count += 1;
      response.writeHead(count < 3 ? 503 : 200, { connection: "close" }).end("there");
    });
    const retry = interceptors.retry({ minTimeout: 1, maxTimeout: 1 });
    const dispatcher = new Agent().compose(undiciTracing(), retry);
    expect(await (await request(url, { dispatcher })).body.text()).toBe("there");
    expect(await peers(3)).toEqual(Array.from({ length: 3 }, () => portOf(url)));
  });

  test.runIf(isOwn)("a request that is answered without a connection leaves none to the next one", async () => {
    const [url] = await recording();
    const mock = new MockAgent();
    mock.disableNetConnect();
    mock.get(url).intercept({ path: "/" }).reply(200, "mocked");
    expect(await text(tracedFetch(url, { dispatcher: mock } as never))).toBe("mocked");
    expect(await (await request(url)).body.text()).toBe("there");
    expect(await peers(1)).toEqual([undefined]);
  });
});

async function text(response: Promise<{ text(): Promise<string> }>): Promise<string> {
  return (await response).text();
}

/** A server that answers with the version of HTTP. */
async function secure(): Promise<string> {
  const server = createSecureServer({ key, cert, allowHTTP1: true }, (request, response) => {
    response.end(request.httpVersion);
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
