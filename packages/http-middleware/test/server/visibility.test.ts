/** What an app can see of tracing on its own objects: nothing. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { connect, createServer as createHttp2Server } from "node:http2";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import { trace } from "@opentelemetry/api";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { traceHandler, traceServer, traceStream, traceUpgrade } from "../../src/index.js";
import { traceWebHandler } from "../../src/server/adapters/web.js";
import { ask } from "./asking.js";
import { INCOMING, initialize, listen, settled, spans } from "./service.js";

beforeAll(() => void initialize());
beforeEach(settled);

/** The parts of an object that enumeration, inspection and counting of listeners show. */
function visible(object: object): unknown {
  const { listenerCount } = object as IncomingMessage;
  return {
    keys: Object.keys(object),
    symbols: Object.getOwnPropertySymbols(object).map(String),
    copied: Reflect.ownKeys({ ...object }).map(String),
    inspected: inspect(object, { depth: 0 }).replaceAll(/\d+/g, "0"),
    listeners: ["close", "end", "finish", "data", "error"].map((event) => listenerCount.call(object, event)),
    prototype: Object.getPrototypeOf(object),
  };
}

test.each(["1", "0"])("request and response, sampled %s", async (sampled) => {
  const seen: unknown[] = [];
  const look = (request: IncomingMessage, response: ServerResponse): void => {
    seen.push([visible(request), visible(response)]);
    response.end();
  };
  for (const listener of [look, traceHandler(look)]) {
    const server = await listen(listener);
    await ask(server, "/", { headers: { ...INCOMING, "x-b3-sampled": sampled } });
    await server.close();
  }
  expect(seen[1]).toEqual(seen[0]);
  await spans(sampled === "1" ? 1 : 0);
});

test("a stream of http2", async () => {
  const seen: unknown[] = [];
  const look = (stream: import("node:http2").ServerHttp2Stream): void => {
    seen.push({ ...(visible(stream) as object), inspected: undefined });
    stream.respond({ ":status": 200 });
    stream.end();
  };
  for (const listener of [look, traceStream(look)]) {
    const server = createHttp2Server().on("stream", listener).listen(0, "127.0.0.1");
    await once(server, "listening");
    const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const stream = session.request({ ":path": "/" });
    stream.resume();
    await once(stream, "close");
    session.close();
    server.close();
  }
  expect(seen[1]).toEqual(seen[0]);
});

test("a server", () => {
  const server = createServer();
  const before = Object.keys(server);
  expect(Object.keys(traceServer(server))).toEqual(before);
});

test("name and length of a handler", () => {
  function three(_first: unknown, _second: unknown, _third: unknown): void {}
  for (const wrap of [traceHandler, traceStream, traceUpgrade, traceWebHandler]) {
    const { name, length } = (wrap as (handler: unknown) => typeof three)(three);
    expect({ name, length }).toEqual({ name: "three", length: 3 });
  }
});

test("`this` of a handler is the server, and a promise is the handler's own", async () => {
  let self: unknown;
  let returned: unknown;
  const own = Promise.resolve();
  const traced = traceHandler(function (this: unknown, _request, response) {
    self = this;
    response.end();
    return own;
  });
  const server = createServer(function (this: unknown, request, response) {
    returned = traced.call(this, request, response);
  });
  const running = await listen(server);
  await ask(running, "/", { headers: INCOMING });
  await running.close();
  expect(self).toBe(server);
  expect(returned).toBe(own);
  expect(Object.keys(own)).toEqual([]);
  expect(own.constructor).toBe(Promise);
  await spans(1);
});

test("events of an object that inherits from the request, and of a proxy of it", async () => {
  const heard: string[] = [];
  const server = await listen(
    traceHandler((request, response) => {
      request.on("own", (text: string) => heard.push(text));
      Object.create(request).emit("own", "inherits");
      new Proxy(request, {}).emit("own", "proxy");
      response.end();
    }),
  );
  await ask(server, "/", { headers: INCOMING });
  await server.close();
  expect(heard).toEqual(["inherits", "proxy"]);
  await spans(1);
});

test("arguments of events arrive as they were emitted, in the context", async () => {
  const heard: unknown[] = [];
  const server = await listen(
    traceHandler((request, response) => {
      request.on("own", function (this: unknown, ...args: unknown[]) {
        heard.push(this === request, args, trace.getActiveSpan()?.spanContext().spanId);
      });
      expect(request.emit("own")).toBe(true);
      expect(request.emit("own", 1, undefined)).toBe(true);
      expect(request.emit("other")).toBe(false);
      response.end();
    }),
  );
  await ask(server, "/", { headers: INCOMING });
  await server.close();
  const active = INCOMING["x-b3-spanid"];
  expect(heard).toEqual([true, [], active, true, [1, undefined], active]);
  await spans(1);
});
