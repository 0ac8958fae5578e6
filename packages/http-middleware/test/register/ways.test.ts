/** Ways into a server other than a plain request, for apps without an adapter. */
import { once } from "node:events";
import { connect } from "node:net";
import { io } from "socket.io-client";
import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { IMPORT, INCOMING, start, type ZipkinSpan } from "./app.js";

const LISTEN = `.listen(0, "127.0.0.1", function () { console.log(this.address().port); })`;
const NEXT = `async () => (await fetch(process.env.NEXT)).text()`;

/**
 * Servers of WebSockets: each asks the next service when a message arrives, and sends what that
 * answers.
 */
const SERVERS: Record<string, { readonly code: string; readonly route?: string }> = {
  "ws with a server": {
    code: `import { createServer } from "node:http"; import { WebSocketServer } from "ws";
      const server = createServer(); const next = ${NEXT};
      new WebSocketServer({ server }).on("connection", (socket) => socket.on("message", async () => socket.send(await next())));
      server${LISTEN};`,
  },
  "ws without a server": {
    code: `import { createServer } from "node:http"; import { WebSocketServer } from "ws";
      const server = createServer(); const next = ${NEXT}; const sockets = new WebSocketServer({ noServer: true });
      server.on("upgrade", async (request, socket, head) => {
        await null;
        sockets.handleUpgrade(request, socket, head, (socket) => socket.on("message", async () => socket.send(await next())));
      });
      server${LISTEN};`,
  },
  "express-ws": {
    route: "/echo/:id",
    code: `import express from "express"; import expressWs from "express-ws"; const next = ${NEXT};
      const { app } = expressWs(express());
      app.use((request, response, next) => next());
      app.ws("/echo/:id", (socket) => socket.on("message", async () => socket.send(await next())));
      app${LISTEN};`,
  },
  "@fastify/websocket": {
    route: "/echo/:id",
    code: `import fastify from "fastify"; import websocket from "@fastify/websocket"; const next = ${NEXT};
      const app = fastify(); await app.register(websocket);
      app.register(async (scope) => scope.get("/echo/:id", { websocket: true }, (socket) =>
        socket.on("message", async () => socket.send(await next()))));
      await app.listen({ port: 0, host: "127.0.0.1" }); console.log(app.server.address().port);`,
  },
  "@hono/node-ws": {
    route: "/echo/:id",
    code: `import { serve } from "@hono/node-server"; import { createNodeWebSocket } from "@hono/node-ws"; import { Hono } from "hono";
      const next = ${NEXT}; const app = new Hono(); const { injectWebSocket, upgradeWebSocket } = createNodeWebSocket({ app });
      app.get("/echo/:id", upgradeWebSocket(() => ({ onMessage: async (_event, socket) => socket.send(await next()) })));
      injectWebSocket(serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => console.log(port)));`,
  },
  "http-proxy": {
    code: `import { createServer } from "node:http"; import httpProxy from "http-proxy"; import { WebSocketServer } from "ws";
      const next = ${NEXT}; const backend = createServer();
      new WebSocketServer({ server: backend }).on("connection", (socket) => socket.on("message", async () => socket.send(await next())));
      backend.listen(0, "127.0.0.1", () => {
        const proxy = httpProxy.createProxyServer({ target: { host: "127.0.0.1", port: backend.address().port }, ws: true });
        createServer().on("upgrade", (request, socket, head) => proxy.ws(request, socket, head))${LISTEN};
      });`,
  },
  "http-proxy-middleware": {
    code: `import { createServer } from "node:http"; import { createProxyMiddleware } from "http-proxy-middleware"; import { WebSocketServer } from "ws";
      const next = ${NEXT}; const backend = createServer();
      new WebSocketServer({ server: backend }).on("connection", (socket) => socket.on("message", async () => socket.send(await next())));
      backend.listen(0, "127.0.0.1", () => {
        const proxy = createProxyMiddleware({ target: "http://127.0.0.1:" + backend.address().port, ws: true });
        createServer(proxy).on("upgrade", proxy.upgrade)${LISTEN};
      });`,
  },
};

const byKind = (spans: readonly ZipkinSpan[], kind: string): ZipkinSpan[] => spans.filter((span) => span.kind === kind);

test.each(Object.entries(SERVERS))("%s", { timeout: 30_000 }, async (name, { code, route }) => {
  const app = await start(`ways-${name.replaceAll(/\W/g, "-")}.mjs`, code, IMPORT);
  const socket = new WebSocket(`${app.url.replace("http", "ws")}/echo/7`, { headers: INCOMING });
  await once(socket, "open");
  const proxied = name.startsWith("http-proxy");
  await expect.poll(() => app.reported.length, { timeout: 5000 }).toBeGreaterThanOrEqual(proxied ? 3 : 1);
  socket.send("one");
  expect(String((await once(socket, "message"))[0])).toBe("noon");
  await expect.poll(() => app.reported.length, { timeout: 5000 }).toBe(proxied ? 4 : 2);
  const [first] = byKind(app.reported, "SERVER").filter(({ id }) => id === INCOMING["x-b3-spanid"]);
  expect(first?.name.toLowerCase()).toBe(route === undefined ? "get" : `get ${route}`);
  expect(first?.tags).toMatchObject({ "http.response.status_code": "101", "url.path": "/echo/7" });
  for (const span of app.reported) {
    expect(span.traceId).toBe(INCOMING["x-b3-traceid"]);
    expect(span.tags["error"] ?? span.tags["error.type"]).toBeUndefined();
  }
  expect(app.received[0]).toMatchObject({
    "x-b3-traceid": INCOMING["x-b3-traceid"],
    "x-request-id": INCOMING["x-request-id"],
  });
  const backend = byKind(app.reported, "SERVER").find(({ id }) => id !== INCOMING["x-b3-spanid"]);
  if (proxied) expect(byKind(app.reported, "CLIENT").map(({ id }) => id)).toContain(backend?.id);
  socket.close();
  await once(socket, "close");
});

test("socket.io over both transports", { timeout: 30_000 }, async () => {
  const code = `import { createServer } from "node:http"; import { Server } from "socket.io"; const next = ${NEXT};
    const server = createServer();
    new Server(server).on("connection", (socket) => socket.on("ask", async (answer) => answer(await next())));
    server${LISTEN};`;
  for (const transports of [["websocket"], ["polling"]]) {
    const app = await start(`ways-socket-io-${transports}.mjs`, code, IMPORT);
    const socket = io(app.url, { transports, extraHeaders: INCOMING, reconnection: false });
    await new Promise<void>((resolve) => socket.on("connect", resolve));
    expect(await socket.emitWithAck("ask")).toBe("noon");
    expect(app.received[0]).toMatchObject({
      "x-b3-traceid": INCOMING["x-b3-traceid"],
      "x-request-id": INCOMING["x-request-id"],
    });
    socket.disconnect();
    if (transports[0] === "websocket") {
      await expect.poll(() => byKind(app.reported, "SERVER")).toHaveLength(1);
      expect(byKind(app.reported, "SERVER")[0]?.tags["http.response.status_code"]).toBe("101");
    }
  }
});

test("a tunnel by CONNECT", { timeout: 30_000 }, async () => {
  const code = `import { createServer } from "node:http"; const next = ${NEXT};
    createServer().on("connect", (request, socket) => {
      socket.on("data", async () => socket.end(await next()));
      socket.write("HTTP/1.1 200 Connection Established\\r\\n\\r\\n");
    })${LISTEN};`;
  const app = await start("ways-connect.mjs", code, IMPORT);
  const client = connect(Number(new URL(app.url).port), "127.0.0.1");
  const own = Object.entries(INCOMING).map(([header, value]) => `${header}: ${value}\r\n`);
  client.write(`CONNECT shop:443 HTTP/1.1\r\nhost: shop:443\r\n${own.join("")}\r\n`);
  await once(client, "data");
  client.write("hello");
  expect(String((await once(client, "data"))[0])).toBe("noon");
  await expect.poll(() => app.reported.map(({ kind }) => kind).sort()).toEqual(["CLIENT", "SERVER"]);
  const [server] = byKind(app.reported, "SERVER");
  expect(server).toMatchObject({ id: INCOMING["x-b3-spanid"], name: "CONNECT" });
  expect(server?.tags["http.response.status_code"]).toBe("200");
});

test("events that an app emits itself are left alone", { timeout: 30_000 }, async () => {
  const code = `import { createServer } from "node:http"; const seen = [];
    const server = createServer().on("upgrade", (...args) => seen.push(args.length)).on("connect", (...args) => seen.push(args.length));
    server.removeAllListeners("request"); server.on("request", (...args) => seen.push(args.length));
    for (const event of ["upgrade", "connect", "request"]) for (const args of [[], [null], [{}, {}], ["x", 1], [{ headers: {} }, {}]])
      server.emit(event, ...args);
    console.error(seen.join());
    server.removeAllListeners("request").on("request", (request, response) => response.end());
    server${LISTEN};`;
  const app = await start("ways-own-events.mjs", code, IMPORT);
  expect(app.said()).toContain("0,1,2,2,2,0,1,2,2,2,0,1,2,2,2");
});
