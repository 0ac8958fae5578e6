/** How calls are given up, and time out, by the means of each client. */
import { once } from "node:events";
import http, { type ClientRequest } from "node:http";
import axios from "axios";
import got from "got";
import superagent from "superagent";
import { Agent, type Dispatcher, request as undiciRequest } from "undici";
import { describe, expect, test } from "vitest";
import { instrumentHttp, tracedHttp } from "../../src/client/http/http.js";
import { undiciTracing } from "../../src/client/undici/undici.js";
import { tracedFetch } from "../../src/index.js";
import { expectCancelled, expectTimeout, serveFirstByte } from "./contract-cancel.js";
import { serve, spans } from "./target.js";

const silent = (): Promise<string> => serve(() => {});

/**
 * A client calls `url`, and gives the call up or runs into its timeout. `inBody`: the head has
 * arrived.
 */
type Attempt = (url: string) => Promise<unknown>;

function described(name: string, attempt: Attempt, expected: (inBody: boolean) => Promise<void>): void {
  test(`${name}, before the head`, async () => {
    await attempt(await silent()).catch(() => {});
    await expected(false);
  });
  test(`${name}, in the body`, async () => {
    await attempt(await serveFirstByte()).catch(() => {});
    await expected(true);
  });
}

const cancelled = (name: string, attempt: Attempt): void =>
  described(name, attempt, (inBody) =>
    expectCancelled(inBody ? "body cancelled" : "call cancelled", inBody ? 200 : undefined),
  );
const timedOut = (name: string, attempt: Attempt): void =>
  described(name, attempt, (inBody) => expectTimeout(inBody ? 200 : undefined));

/** Calls `act` once the response's first byte is there, or after a while where none comes. */
function overHttp(
  url: string,
  act: (request: ClientRequest) => void,
  options: http.RequestOptions = {},
): Promise<void> {
  return new Promise((resolve) => {
    const request = tracedHttp.get(url, options, (response) => {
      clearTimeout(timer);
      response.on("error", () => {}).on("close", resolve);
      response.once("data", () => act(request));
    });
    const timer = setTimeout(() => act(request), 30);
    request.on("error", () => {}).on("close", resolve);
  });
}

describe("node:http", () => {
  cancelled("request.destroy()", (url) => overHttp(url, (request) => request.destroy()));
  cancelled("request.abort()", (url) => overHttp(url, (request) => request.abort()));
  cancelled("request.destroy(error)", (url) =>
    overHttp(url, (request) => request.destroy(new Error("no longer needed"))),
  );
  timedOut("request.setTimeout()", (url) =>
    overHttp(url, (request) => request.setTimeout(20, () => request.destroy())),
  );
  timedOut("request.setTimeout() with an error", (url) =>
    overHttp(url, (request) => request.setTimeout(20, () => request.destroy(new Error("too slow")))),
  );
  timedOut("request.destroy(timeout)", (url) =>
    overHttp(url, (request) => request.destroy(Object.assign(new Error("slow"), { code: "ETIMEDOUT" }))),
  );

  cancelled("agent.destroy()", (url) => {
    const agent = new http.Agent();
    return overHttp(url, () => agent.destroy(), { agent });
  });
  timedOut("socket.setTimeout()", (url) =>
    overHttp(url, (request) => request.socket?.setTimeout(20, () => request.socket?.destroy())),
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
    await overHttp(await serveFirstByte(), (request) => request.destroy(refusal));
    expect((await spans(1))[0]?.attributes["error.type"]).toBe("ERR_BAD_RESPONSE");
  });

  test("a timeout on which the caller does not act hides no error of the server", async () => {
    const url = await serve((request) => setTimeout(() => request.socket.destroy(), 60));
    const request = tracedHttp.get(url, { timeout: 10 }).on("error", () => {});
    await new Promise((resolve) => request.on("close", resolve));
    expect((await spans(1))[0]?.attributes["error.type"]).toBe("ECONNRESET");
  });
});

/** Runs `attempt` while http.request is instrumented. */
const instrumented =
  (attempt: Attempt): Attempt =>
  async (url) => {
    const undo = instrumentHttp();
    try {
      return await attempt(url);
    } finally {
      undo();
    }
  };

const aborting = (): AbortSignal => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 40);
  return controller.signal;
};

describe("libraries on node:http", () => {
  timedOut(
    "axios timeout",
    instrumented((url) => axios.get(url, { timeout: 40 })),
  );
  timedOut(
    "axios AbortSignal.timeout()",
    instrumented((url) => axios.get(url, { signal: AbortSignal.timeout(40) })),
  );
  cancelled(
    "axios signal",
    instrumented((url) => axios.get(url, { signal: aborting() })),
  );
  cancelled(
    "axios cancel token",
    instrumented((url) => {
      const source = axios.CancelToken.source();
      setTimeout(() => source.cancel("no longer needed"), 40);
      return axios.get(url, { cancelToken: source.token });
    }),
  );
  const onlyOnce = { retry: { limit: 0 } };
  timedOut(
    "got timeout",
    instrumented((url) => got(url, { ...onlyOnce, timeout: { request: 60 } }).text()),
  );
  timedOut(
    "got signal",
    instrumented((url) => got(url, { ...onlyOnce, signal: AbortSignal.timeout(60) }).text()),
  );
  cancelled(
    "got cancel()",
    instrumented((url) => {
      const call = got(url, onlyOnce);
      setTimeout(() => call.cancel(), 60);
      return call;
    }),
  );
  timedOut(
    "superagent timeout",
    instrumented((url) => superagent.get(url).timeout(60)),
  );
  timedOut(
    "superagent deadline",
    instrumented((url) => superagent.get(url).timeout({ deadline: 60 })),
  );
  cancelled(
    "superagent abort()",
    instrumented((url) => {
      const call = superagent.get(url);
      return new Promise((resolve) => {
        call.end(resolve);
        setTimeout(() => resolve(call.abort()), 60);
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
    const url = await serve(() => setTimeout(() => agent.destroy(), 10));
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
