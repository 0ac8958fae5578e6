import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import { SpanStatusCode, trace } from "@opentelemetry/api";
import express from "express";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { turns } from "../../../core/test/kit/turns.js";
import { traceHandler, traceServer, traceUpgrade, tracingErrors, tracingMiddleware } from "../../src/index.js";
import { ask, askRaw } from "./asking.js";
import { INCOMING, initialize, listen, settled, spans } from "./service.js";

beforeAll(() => void initialize());
beforeEach(settled);

test("what a handler throws or rejects with comes out unchanged", async () => {
  const thrown = new Error("own");
  const traced = traceHandler(() => {
    throw thrown;
  });
  const request = { method: "GET", url: "/", httpVersion: "1.1", headers: {}, socket: null, emit: () => false };
  const response = { statusCode: 200, headersSent: false, writableEnded: false, once() {}, emit() {}, setHeader() {} };
  expect(() => traced({ ...request } as never, { ...response } as never)).toThrow(thrown);
  const promise = Promise.reject(thrown);
  const returned = traceHandler(() => promise)({ ...request } as never, { ...response } as never);
  expect(returned).toBe(promise);
  await expect(returned).rejects.toBe(thrown);
});

test("one span, also where two adapters trace; the options nearest to the app count", async () => {
  const app = express()
    .use(tracingMiddleware({ onRequest: (span) => void span.setAttribute("by", "middleware") }))
    .use(tracingMiddleware())
    .get("/users/:id", (_request, response) => void response.end("ok"));
  const server = await listen(traceServer(createServer(traceHandler((request, response) => app(request, response)))));
  await ask(server, "/users/1", { headers: INCOMING });
  await server.close();
  const [span] = await spans(1);
  expect(span?.name).toBe("GET /users/:id");
  expect(span?.attributes["by"]).toBe("middleware");
});

test.each([
  ["http://shop:8080/path?query", { "server.address": "shop", "server.port": 8080 }],
  ["HTTP://who:secret@shop", { "server.address": "shop" }],
  ["/http://shop/path", { "server.address": "other", "server.port": 81 }],
  ["*", { "server.address": "other", "server.port": 81 }],
])("the host of the request target %s overrides the header's", async (target, host) => {
  const server = await listen(traceHandler((_request, response) => void response.end()));
  await askRaw(server, `OPTIONS ${target} HTTP/1.1\r\nHost: other:81\r\nConnection: close\r\n\r\n`);
  await server.close();
  const [span] = await spans(1);
  const { "server.address": address, "server.port": port } = span?.attributes ?? {};
  expect({ "server.address": address, ...(port === undefined ? {} : { "server.port": port }) }).toEqual(host);
  expect(JSON.stringify(span?.attributes)).not.toContain("secret");
});

describe("Express routers", () => {
  test("parameters of a mount are names, also behind an error of a router's own", async () => {
    const inner = express
      .Router({ mergeParams: true })
      .get("/fails/:why", () => {
        throw new Error("inner");
      })
      .get("/", (_request, response) => void response.end("root"));
    const app = express()
      .set("env", "test")
      .use(tracingMiddleware())
      .use("/tenants/:tenant/users/:user", inner)
      .use(tracingErrors());
    const server = await listen(app);
    await ask(server, "/tenants/blue/users/7");
    await ask(server, "/tenants/blue%20one/users/7/fails/x");
    await ask(server, "/tenants/blue/users/7");
    await server.close();
    const [first, failed, root] = await spans(3);
    expect(first?.name).toBe("GET /tenants/:tenant/users/:user");
    expect(failed?.name).toBe("GET /tenants/:tenant/users/:user/fails/:why");
    expect(failed?.status).toEqual({ code: SpanStatusCode.ERROR, message: "inner" });
    expect(root?.name).toBe("GET /tenants/:tenant/users/:user");
  });

  test("a route by expression has the expression as its name", async () => {
    const app = express()
      .use(tracingMiddleware())
      .get(/^\/a(\d+)$/, (_request, response) => void response.end());
    const server = await listen(app);
    await ask(server, "/a123");
    await server.close();
    expect((await spans(1))[0]?.attributes["http.route"]).toBe(String(/^\/a(\d+)$/));
  });
});

describe("upgrades", () => {
  test("the listener runs in the request's span, which ends with it", async () => {
    let active: string | undefined;
    const server = createServer();
    server.on(
      "upgrade",
      traceUpgrade(async (_request, socket) => {
        await turns(2);
        active = trace.getActiveSpan()?.spanContext().spanId;
        socket.write("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: own\r\n\r\n");
        setImmediate(() => socket.end("over"));
      }),
    );
    const running = await listen(server);
    const socket = connect(running.port, "127.0.0.1");
    const own = Object.entries(INCOMING).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`GET /ws HTTP/1.1\r\nhost: h\r\nconnection: upgrade\r\nupgrade: own\r\n${own.join("")}\r\n`);
    await once(socket, "data");
    const [span] = await spans(1);
    expect(active).toBe(INCOMING["x-b3-spanid"]);
    expect(span?.attributes["url.path"]).toBe("/ws");
    expect(span?.status.code).toBe(SpanStatusCode.UNSET);
    socket.destroy();
    await running.close();
  });

  test("a socket that the listener destroys is an error", async () => {
    const server = createServer().on(
      "upgrade",
      traceUpgrade((_request, socket) => void socket.destroy()),
    );
    const running = await listen(server);
    await askRaw(running, "GET /ws HTTP/1.1\r\nhost: h\r\nconnection: upgrade\r\nupgrade: own\r\n\r\n").catch(() => "");
    expect((await spans(1))[0]?.status.code).toBe(SpanStatusCode.ERROR);
    await running.close();
  });
});
