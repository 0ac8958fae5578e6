/**
 * A WebSocket is one SERVER span that ends with the handshake; its listeners run in the context of
 * the request.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import { connect, Socket } from "node:net";
import { SpanStatusCode, trace } from "@opentelemetry/api";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { traceServer, traceUpgrade } from "../../src/index.js";
import { askRaw } from "./asking.js";
import { INCOMING, initialize, listen, type Running, settled, spans } from "./service.js";
import { WEBSOCKETS } from "./websockets.js";

beforeAll(() => void initialize());
beforeEach(settled);

const open = (running: Running, path: string, headers: object): WebSocket =>
  new WebSocket(`ws://127.0.0.1:${running.port}${path}`, { headers: headers as Record<string, string> });

describe.each(Object.entries(WEBSOCKETS))("%s", (name, { start, route }) => {
  test("the span ends with the handshake, and messages are handled in its context", async () => {
    const running = await start();
    const socket = open(running, "/echo/7?x=1", INCOMING);
    await once(socket, "open");
    const [span] = await spans(1);
    expect(span?.name).toBe(route === undefined ? "GET" : `GET ${route}`);
    expect(span?.attributes).toMatchObject({
      "http.response.status_code": 101,
      "url.path": "/echo/7",
      "guid:x-request-id": INCOMING["x-request-id"],
    });
    expect(span?.attributes["http.route"]).toBe(route);
    expect(span?.attributes["error.type"]).toBeUndefined();
    expect(span?.status.code).toBe(SpanStatusCode.UNSET);
    for (const text of ["one", "two"]) {
      socket.send(text);
      const [message] = await once(socket, "message");
      expect(String(message)).toBe(INCOMING["x-b3-spanid"]);
    }
    socket.close();
    await once(socket, "close");
    await spans(1);
    await running.close();
  });

  test("without a decision to record, listeners run in the caller's context as well", async () => {
    const running = await start();
    const socket = open(running, "/echo/7", { ...INCOMING, "x-b3-sampled": "0" });
    await once(socket, "open");
    socket.send("one");
    expect(String((await once(socket, "message"))[0])).toBe(INCOMING["x-b3-spanid"]);
    socket.terminate();
    await spans(0);
    await running.close();
  });

  test.skipIf(name === "express-ws")("a refused handshake has the status of the refusal", async () => {
    const running = await start();
    const socket = open(running, "/refused", INCOMING);
    const [, response] = await once(socket, "unexpected-response");
    const [span] = await spans(1);
    // @hono/node-ws and ws choose the status themselves.
    expect(span?.attributes["http.response.status_code"]).toBe(response.statusCode);
    expect(response.statusCode).toBeGreaterThanOrEqual(400);
    expect(span?.status.code).toBe(SpanStatusCode.UNSET);
    await running.close();
  });
});

const UPGRADE = "GET /ws HTTP/1.1\r\nhost: h\r\nconnection: upgrade\r\nupgrade: own\r\n\r\n";

test("a client that leaves before the handshake is an error, once", async () => {
  const server = traceServer(createServer());
  const received = once(
    server.on("upgrade", (_request, socket) => void socket.on("error", () => {})),
    "upgrade",
  );
  const running = await listen(server);
  const client = connect(running.port, "127.0.0.1");
  client.write(UPGRADE);
  await received;
  client.resetAndDestroy();
  const [span] = await spans(1);
  expect(span?.attributes["error.type"]).toBe("aborted");
  expect(span?.attributes["http.response.status_code"]).toBeUndefined();
  await running.close();
});

test("CONNECT is a span that ends with the tunnel's first answer", async () => {
  const server = traceServer(createServer());
  let active: string | undefined;
  server.on("connect", (_request, socket) => {
    socket.on("data", () => {
      active = trace.getActiveSpan()?.spanContext().spanId;
      socket.end();
    });
    socket.write("HTTP/1.1 102 Processing\r\n\r\n");
    socket.write(Buffer.from("HTTP/1.1 200 Connection Established\r\n\r\n"));
  });
  const running = await listen(server);
  const client = connect(running.port, "127.0.0.1");
  const own = Object.entries(INCOMING).map(([name, value]) => `${name}: ${value}\r\n`);
  client.write(`CONNECT shop:443 HTTP/1.1\r\nhost: shop:443\r\n${own.join("")}\r\n`);
  await once(client, "data");
  const [span] = await spans(1);
  expect(span?.name).toBe("CONNECT");
  expect(span?.attributes).toMatchObject({
    "http.response.status_code": 200,
    "server.address": "shop",
    "server.port": 443,
  });
  expect(span?.attributes["url.path"]).toBeUndefined();
  client.write("hello");
  await once(client, "close");
  expect(active).toBe(INCOMING["x-b3-spanid"]);
  await spans(1);
  await running.close();
});

test("the socket is as without tracing after the handshake, and headers of the answer are recorded", async () => {
  let before: unknown;
  let after: unknown;
  const server = createServer();
  const shape = (socket: object): unknown => [Object.keys(socket), Reflect.ownKeys({ ...socket }).map(String)];
  server.prependListener("upgrade", (_request, socket) => {
    before = shape(socket);
  });
  server.on(
    "upgrade",
    traceUpgrade(
      (_request, socket) => {
        expect([socket.write.name, socket.write.length]).toEqual([
          Socket.prototype.write.name,
          Socket.prototype.write.length,
        ]);
        expect(shape(socket)).toEqual(before);
        socket.write("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nX-Answer: 42\r\n\r\n");
        after = ["write", "end"].map((name) => Object.hasOwn(socket, name));
        socket.end();
      },
      { captureHeaders: { response: ["x-answer"] } },
    ),
  );
  const running = await listen(server);
  await askRaw(running, UPGRADE);
  const [span] = await spans(1);
  expect(after).toEqual([false, false]);
  expect(span?.attributes["http.response.header.x-answer"]).toEqual(["42"]);
  await running.close();
});
