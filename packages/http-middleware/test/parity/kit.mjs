/**
 * The ways to run a row: `bare`, with the adapters in code, or with `register`, which Node loads
 * before this file. A row uses the members of the kit instead of Node's own, so that one text
 * serves all ways.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import http from "node:http";
import https from "node:https";

const { PARITY_MODE: mode = "bare", PARITY_SAMPLED: sampled = "1" } = process.env;

/** Headers of an incoming request. */
const HEADERS = {
  "x-b3-traceid": "463ac35c9f6413ad48485a3953bb6124",
  "x-b3-spanid": "a2fb4a1d1a96d312",
  "x-b3-sampled": sampled,
  "x-request-id": "r-1",
};

const BARE = {
  mode,
  headers: HEADERS,
  handler: (handler) => handler,
  stream: (listener) => listener,
  upgrade: (listener) => listener,
  server: (server) => server,
  web: (handler) => handler,
  fetch: (...args) => fetch(...args),
  fetchFrom: (other) => other,
  http,
  https,
  dispatcher: (dispatcher) => dispatcher,
  express: () => [],
  koa: () => {},
  fastify: () => {},
  hono: () => {},
};

async function adapters() {
  const { initTracing } = await import("@meshtrace/core");
  const node = await import("@meshtrace/http-middleware");
  const clients = await import("@meshtrace/http-middleware/http");
  const { undiciTracing } = await import("@meshtrace/http-middleware/undici");
  const { traceWebHandler } = await import("@meshtrace/http-middleware/web");
  initTracing();
  return {
    ...BARE,
    handler: node.traceHandler,
    stream: node.traceStream,
    upgrade: node.traceUpgrade,
    web: traceWebHandler,
    fetch: node.tracedFetch,
    fetchFrom: (other) => node.tracedFetch.from(other),
    http: clients.tracedHttp,
    https: clients.tracedHttps,
    dispatcher: (dispatcher) => dispatcher.compose(undiciTracing()),
    express: () => [node.tracingMiddleware()],
    koa: async (app) => app.use((await import("@meshtrace/http-middleware/koa")).koaTracing()),
    fastify: async (app) => app.register((await import("@meshtrace/http-middleware/fastify")).fastifyTracing),
    hono: async (app) => app.use((await import("@meshtrace/http-middleware/hono")).honoTracing()),
  };
}

/** The adapters that change a server or a module in place. */
async function inPlace() {
  const { initTracing } = await import("@meshtrace/core");
  const { traceServer, tracedFetch } = await import("@meshtrace/http-middleware");
  const { instrumentHttp } = await import("@meshtrace/http-middleware/http");
  initTracing();
  instrumentHttp();
  return { ...BARE, server: traceServer, fetch: tracedFetch.from((...args) => fetch(...args)) };
}

// An app with an AsyncLocalStorage of its own, whose marks on promises are Node's.
new AsyncLocalStorage().enterWith({});

const MODES = { bare: () => BARE, adapters, "in place": inPlace, register: () => BARE };

export const kit = await MODES[mode]();
