/** How calls are given up, and time out, by the means of each client. */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import http, { type ClientRequest } from "node:http";
import type { Socket } from "node:net";
import axios from "axios";
import got from "got";
import superagent from "superagent";
import { Agent, type Dispatcher, request as undiciRequest } from "undici";
import { describe, expect, onTestFinished, test } from "vitest";
import { instrumentHttp, tracedHttp } from "../../src/client/http/http.js";
import { undiciTracing } from "../../src/client/undici/undici.js";
import { tracedFetch } from "../../src/index.js";
import { expectCancelled, expectTimeout, serveFirstByte } from "./contract-cancel.js";
import { reset, serve, spans } from "./target.js";

/**
 * A client calls `url`, and gives the call up when `arrived` resolves, or after `timeoutMs`.
 * `inBody`: the head has arrived.
 */
type Attempt = (url: string, timeoutMs: number, arrived: Promise<unknown>) => Promise<unknown>;

const TIMEOUT_MS = 40;

/** Node and undici publish here that a client has received the head of a response. */
const RESPONSES = ["http.client.response.finish", "undici:request:headers"];

/** Resolves after a client has received the head of a response and called its listeners. */
function responseArrives(): Promise<void> {
  return new Promise((resolve) => {
    const onResponse = (): unknown => setImmediate(resolve);
    for (const channel of RESPONSES) {
      subscribe(channel, onResponse);
      onTestFinished(() => void unsubscribe(channel, onResponse));
    }
  });
}

function described(name: string, attempt: Attempt, expected: (inBody: boolean) => Promise<void>): void {
  test(`${name}, before the head`, async () => {
    let arrive = (): void => {};
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    await attempt(await serve(() => arrive()), TIMEOUT_MS, arrived).catch(() => {});
    await expected(false);
  });
  test(`${name}, in the body`, async () => {
    const url = await serveFirstByte();
    let headArrived = false;
    // A busy machine needs more time until the head arrives.
    for (let timeoutMs = TIMEOUT_MS; !headArrived; timeoutMs *= 4) {
      await reset();
      const arrived = responseArrives().then(() => {
        headArrived = true;
      });
      await attempt(url, timeoutMs, arrived).catch(() => {});
    }
    await expected(true);
  });
}

const cancelled = (name: string, attempt: Attempt): void =>
  described(name, attempt, (inBody) =>
    expectCancelled(inBody ? "body cancelled" : "call cancelled", inBody ? 200 : undefined),
  );
const timedOut = (name: string, attempt: Attempt): void =>
  described(name, attempt, (inBody) => expectTimeout(inBody ? 200 : undefined));

/** Calls `act` once the request or the response's first byte has arrived. */
const overHttp =
  (act: (request: ClientRequest) => void, options: http.RequestOptions = {}): Attempt =>
  (url, _timeoutMs, arrived) =>
    new Promise<void>((resolve) => {
      const request = tracedHttp.get(url, options, (response) => response.on("error", () => {}).on("close", resolve));
      request.on("response", (response) => response.resume());
      request.on("error", () => {}).on("close", resolve);
      arrived.then(() => act(request));
    });

describe("node:http", () => {
  cancelled(
    "request.destroy()",
    overHttp((request) => request.destroy()),
  );
  cancelled(
    "request.abort()",
    overHttp((request) => request.abort()),
  );
  cancelled(
    "request.destroy(error)",
    overHttp((request) => request.destroy(new Error("no longer needed"))),
  );
  timedOut(
    "request.setTimeout()",
    overHttp((request) => request.setTimeout(20, () => request.destroy())),
  );
  timedOut(
    "request.setTimeout() with an error",
    overHttp((request) => request.setTimeout(20, () => request.destroy(new Error("too slow")))),
  );
  timedOut(
    "request.destroy(timeout)",
    overHttp((request) => request.destroy(Object.assign(new Error("slow"), { code: "ETIMEDOUT" }))),
  );

  cancelled("agent.destroy()", (url, ...rest) => {
    const agent = new http.Agent();
    return overHttp(() => agent.destroy(), { agent })(url, ...rest);
  });
  timedOut(
    "socket.setTimeout()",
    overHttp((request) => request.socket?.setTimeout(20, () => request.socket?.destroy())),
  );

  test("response.destroy()", async () => {
    const url = await serveFirstByte();
    tracedHttp.get(url, (response) => void response.once("data", () => response.destroy()));
    await expectCancelled("body cancelled", 200);
  });

  test("response.destroy() after a timeout", async () => {
    const url = await serveFirstByte();
    const request = tracedHttp.get(url, (response) => void request.setTimeout(20, () => response.destroy()));
    await expectTimeout(200);
  });

  test("an error with a code, with which a library refuses the answer, is an error", async () => {
    const refusal = Object.assign(new Error("too long"), { code: "ERR_BAD_RESPONSE" });
    const request = tracedHttp.get(await serveFirstByte(), (response) => {
      response.on("error", () => {}).once("data", () => request.destroy(refusal));
    });
    request.on("error", () => {});
    expect((await spans(1))[0]?.attributes["error.type"]).toBe("ERR_BAD_RESPONSE");
  });

  test("a timeout on which the caller does not act hides no error of the server", async () => {
    const sockets: Socket[] = [];
    const url = await serve((request) => void sockets.push(request.socket));
    const request = tracedHttp.get(url, { timeout: 10 }).on("error", () => {});
    await once(request, "timeout");
    await expect.poll(() => sockets.length).toBe(1);
    const closed = new Promise((resolve) => request.on("close", resolve));
    sockets[0]?.destroy();
    await closed;
    expect((await spans(1))[0]?.attributes["error.type"]).toBe("ECONNRESET");
  });
});

/** Runs `attempt` while http.request is instrumented. */
const instrumented =
  (attempt: Attempt): Attempt =>
  async (...args) => {
    const undo = instrumentHttp();
    try {
      return await attempt(...args);
    } finally {
      undo();
    }
  };

const abortedAfter = (event: Promise<unknown>): AbortSignal => {
  const controller = new AbortController();
  event.then(() => controller.abort());
  return controller.signal;
};

describe("libraries on node:http", () => {
  timedOut(
    "axios timeout",
    instrumented((url, timeout) => axios.get(url, { timeout })),
  );
  timedOut(
    "axios AbortSignal.timeout()",
    instrumented((url, timeout) => axios.get(url, { signal: AbortSignal.timeout(timeout) })),
  );
  cancelled(
    "axios signal",
    instrumented((url, _timeout, arrived) => axios.get(url, { signal: abortedAfter(arrived) })),
  );
  cancelled(
    "axios cancel token",
    instrumented((url, _timeout, arrived) => {
      const source = axios.CancelToken.source();
      arrived.then(() => source.cancel("no longer needed"));
      return axios.get(url, { cancelToken: source.token });
    }),
  );
  const onlyOnce = { retry: { limit: 0 } };
  timedOut(
    "got timeout",
    instrumented((url, request) => got(url, { ...onlyOnce, timeout: { request } }).text()),
  );
  timedOut(
    "got signal",
    instrumented((url, timeout) => got(url, { ...onlyOnce, signal: AbortSignal.timeout(timeout) }).text()),
  );
  cancelled(
    "got cancel()",
    instrumented((url, _timeout, arrived) => {
      const call = got(url, onlyOnce);
      arrived.then(() => call.cancel());
      return call;
    }),
  );
  timedOut(
    "superagent timeout",
    instrumented((url, timeout) => superagent.get(url).timeout(timeout)),
  );
  timedOut(
    "superagent deadline",
    instrumented((url, deadline) => superagent.get(url).timeout({ deadline })),
  );
  cancelled(
    "superagent abort()",
    instrumented((url, _timeout, arrived) => {
      const call = superagent.get(url);
      return new Promise((resolve) => {
        call.end(resolve);
        arrived.then(() => resolve(call.abort()));
      });
    }),
  );
});

describe("undici and fetch", () => {
  const over = (options: Agent.Options): Dispatcher => new Agent(options).compose(undiciTracing());
  const read = async (url: string, options: Agent.Options): Promise<unknown> =>
    (await undiciRequest(url, { dispatcher: over(options) })).body.text();
  timedOut("headersTimeout and bodyTimeout", (url) => read(url, { headersTimeout: 1000, bodyTimeout: 1000 }));

  test("a dispatcher that the caller destroys", async () => {
    const agent = new Agent();
    const url = await serve(() => void agent.destroy());
    await expect(undiciRequest(url, { dispatcher: agent.compose(undiciTracing()) })).rejects.toThrow();
    await expectCancelled("call cancelled", undefined);
  });

  test.each([undefined, new Error("enough")])("body.destroy(%s)", async (reason) => {
    const { body } = await undiciRequest(await serveFirstByte(), { dispatcher: over({}) });
    body.on("error", () => {}).destroy(reason);
    await expectCancelled("body cancelled", 200);
  });

  test.each([undefined, new Error("enough"), "enough"])("body.cancel(%s) of a fetch", async (reason) => {
    await (await tracedFetch(await serveFirstByte())).body?.cancel(reason);
    await expectCancelled("body cancelled", 200);
  });

  test("a stream of the caller that fails is an error", async () => {
    const { Readable } = await import("node:stream");
    const body = new Readable({ read() {} });
    const url = await serve(() => body.destroy(new Error("the source is broken")));
    body.push("x");
    await expect(undiciRequest(url, { method: "POST", body, dispatcher: over({}) })).rejects.toThrow();
    expect((await spans(1))[0]?.attributes["error.type"]).toBe("Error");
  });

  test("a tunnel that the proxy refuses is an error", async () => {
    const { ProxyAgent } = await import("undici");
    const proxy = http.createServer().on("connect", (_request, socket) => socket.end("HTTP/1.1 407 No\r\n\r\n"));
    await once(proxy.listen(0, "127.0.0.1"), "listening");
    const { port } = proxy.address() as { port: number };
    const dispatcher = new ProxyAgent({ uri: `http://127.0.0.1:${port}`, proxyTunnel: true }).compose(undiciTracing());
    await expect(undiciRequest("http://127.0.0.1:1/", { dispatcher })).rejects.toThrow(/Proxy response/);
    expect((await spans(1))[0]?.attributes["error.type"]).toBe("UND_ERR_ABORTED");
    proxy.close();
  });
});
