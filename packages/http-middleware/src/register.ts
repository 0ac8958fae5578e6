/**
 * Tracing without a line of code: `node --import @meshtrace/http-middleware/register app.js`, or
 * `--require` for CommonJS. Settings come from the environment. Patches node:http, https and http2,
 * and @grpc/grpc-js and undici when they are loaded; listens to undici, Fastify and graphql.
 */
import { initTracing } from "@meshtrace/core";
import { instrumentHttp } from "./client/http/http.js";
import { traceExpress } from "./register/express.js";
import { traceFastify } from "./register/fastify.js";
import { traceGraphql } from "./register/graphql.js";
import { traceGrpc } from "./register/grpc.js";
import { traceHapi } from "./register/hapi.js";
import { traceHono } from "./register/hono.js";
import { traceKoa } from "./register/koa.js";
import { addLogFields } from "./register/logs.js";
import { instrumentServers } from "./register/servers.js";
import { traceUndici } from "./register/undici.js";

const REGISTERED: unique symbol = Symbol.for("meshtrace.registered.v1") as never;
const shared = globalThis as { [REGISTERED]?: true };

// NODE_OPTIONS and the command line may both ask for it, one as ESM and one as CommonJS.
if (shared[REGISTERED] === undefined) {
  shared[REGISTERED] = true;
  // An unchanged app does not fail because of a setting: one warning is logged, and headers are
  // forwarded.
  const { config } = initTracing({ strict: false });
  instrumentServers();
  traceExpress();
  traceFastify();
  traceKoa();
  traceHapi();
  traceHono(process.argv[1]);
  traceGraphql();
  traceGrpc();
  instrumentHttp();
  traceUndici();
  addLogFields(config["log.loggers"]?.value);
}
