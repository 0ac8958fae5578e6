/** Servers of WebSockets on real libraries. Each echoes a message, and names the active span. */
import { createServer, type IncomingMessage, type Server } from "node:http";
import fastifyWebsocket from "@fastify/websocket";
import { createAdaptorServer, upgradeWebSocket } from "@hono/node-server";
import { createNodeWebSocket } from "@hono/node-ws";
import { trace } from "@opentelemetry/api";
import express from "express";
import expressWs from "express-ws";
import fastify from "fastify";
import { Hono } from "hono";
import { type WebSocket, WebSocketServer } from "ws";
import { traceServer, traceUpgrade, tracingMiddleware } from "../../src/index.js";
import { fastifyTracing } from "../../src/server/adapters/fastify.js";
import { honoTracing } from "../../src/server/adapters/hono.js";
import { listen, type Running } from "./service.js";

export interface WebSockets {
  readonly start: () => Promise<Running>;
  /** The route that the framework reports for `/echo/7`. */
  readonly route?: string;
}

/** The part of a WebSocket that every library has. */
interface Socket {
  on(event: "message", listener: (data: unknown) => void): unknown;
  send(text: string): void;
}

function echo(socket: Socket): void {
  socket.on("message", () => socket.send(trace.getActiveSpan()?.spanContext().spanId ?? "none"));
}

const refused = (request: IncomingMessage): boolean => request.url === "/refused";
const verifyClient = ({ req }: { req: IncomingMessage }): boolean => !refused(req);

function wsServer(server: Server): Promise<Running> {
  new WebSocketServer({ server, verifyClient }).on("connection", echo);
  return listen(server);
}

async function onFastify(): Promise<Running> {
  const app = fastify({ forceCloseConnections: true });
  await app.register(fastifyTracing);
  await app.register(fastifyWebsocket);
  await app.register(async (scope) => {
    scope.addHook("preValidation", async (request, reply) => {
      if (refused(request.raw)) await reply.code(401).send("refused");
    });
    scope.get("/echo/:id", { websocket: true }, (socket) => echo(socket));
    scope.get("/refused", { websocket: true }, (socket) => echo(socket));
  });
  await app.listen({ port: 0, host: "127.0.0.1" });
  return { port: (app.server.address() as { port: number }).port, close: () => app.close() };
}

function onExpress(): Promise<Running> {
  const app = express();
  const server = createServer(app);
  const { app: routes } = expressWs(app as never, server, {
    wsOptions: { verifyClient: verifyClient as never },
  });
  app.use(tracingMiddleware());
  routes.ws("/echo/:id", (socket) => echo(socket));
  return listen(server);
}

function onHonoNodeWs(): Promise<Running> {
  const app = new Hono();
  const { injectWebSocket, upgradeWebSocket: upgrade } = createNodeWebSocket({ app });
  app.use(honoTracing());
  app.get("/refused", (context) => context.text("refused", 401));
  app.get(
    "/echo/:id",
    upgrade(() => ({ onMessage: (_event, socket) => answer(socket) })),
  );
  const server = createAdaptorServer(app) as Server;
  injectWebSocket(server);
  return listen(server);
}

function onHonoNodeServer(): Promise<Running> {
  const app = new Hono();
  app.use(honoTracing());
  app.get("/refused", (context) => context.text("refused", 401));
  app.get(
    "/echo/:id",
    upgradeWebSocket(() => ({ onMessage: (_event, socket) => answer(socket) })),
  );
  const server = new WebSocketServer({ noServer: true });
  return listen(createAdaptorServer({ fetch: app.fetch, websocket: { server: server as never } }) as Server);
}

function answer(socket: { send(text: string): void }): void {
  socket.send(trace.getActiveSpan()?.spanContext().spanId ?? "none");
}

function byUpgrade(): Promise<Running> {
  const sockets = new WebSocketServer({ noServer: true });
  const server = createServer();
  server.on(
    "upgrade",
    traceUpgrade(async (request, socket, head) => {
      await new Promise((resolve) => setImmediate(resolve));
      if (refused(request)) socket.end("HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n");
      else sockets.handleUpgrade(request, socket, head, (accepted: WebSocket) => echo(accepted));
    }),
  );
  return listen(server);
}

export const WEBSOCKETS: Record<string, WebSockets> = {
  "traceUpgrade, ws without a server": { start: byUpgrade },
  "traceServer, ws": { start: () => wsServer(traceServer(createServer())) },
  "express-ws": { start: onExpress, route: "/echo/:id" },
  "@fastify/websocket": { start: onFastify, route: "/echo/:id" },
  "@hono/node-ws": { start: onHonoNodeWs, route: "/echo/:id" },
  "@hono/node-server": { start: onHonoNodeServer, route: "/echo/:id" },
};
