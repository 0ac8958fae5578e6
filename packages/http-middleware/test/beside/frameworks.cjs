/**
 * An app of a framework with OpenTelemetry's instrumentation of it beside ours. Receives one
 * request, makes a call in it, and prints what arrived there and the spans.
 */
const [mode, framework] = process.argv.slice(2);
const http = require("node:http");
const net = require("node:net");
const { once } = require("node:events");
const { registerInstrumentations } = require("@opentelemetry/instrumentation");
const { InMemorySpanExporter } = require("@opentelemetry/sdk-trace-node");
const { initTracing } = require("@meshtrace/core");

const INSTRUMENTATIONS = {
  express: "@opentelemetry/instrumentation-express",
  koa: "@opentelemetry/instrumentation-koa",
  fastify: "@fastify/otel",
  hapi: "@opentelemetry/instrumentation-hapi",
  nest: "@opentelemetry/instrumentation-nestjs-core",
};
const registered = mode === "register";
const memory = new InMemorySpanExporter();
const tracing = initTracing({ serviceName: "test", exporter: memory, shutdown: false });
if (registered) require("@meshtrace/http-middleware/register");
const exported = Object.entries(require(INSTRUMENTATIONS[framework]));
const [, Instrumentation] = exported.find(([name]) => /Instrumentation$/.test(name));
// Its plugin must come after ours, or it makes a SERVER span.
const first = registered || mode === "adapters-last";
const instrumentation = new Instrumentation({ registerOnInitialization: first });
registerInstrumentations({ instrumentations: [instrumentation] });

const { tracedFetch, tracingMiddleware } = require("@meshtrace/http-middleware");

/** Each starts a server with the route `/users/:id` and returns its port. */
const apps = {
  async express(call) {
    const express = require("express");
    const app = express();
    if (!registered) app.use(tracingMiddleware());
    const router = express.Router();
    router.get("/:id", async (_request, response) => void response.send(await call()));
    app.use("/users", router);
    const server = app.listen(0, "127.0.0.1");
    await once(server, "listening");
    return server.address().port;
  },
  async koa(call) {
    const Koa = require("koa");
    const { Router } = require("@koa/router");
    const app = new Koa();
    if (!registered) app.use(require("@meshtrace/http-middleware/koa").koaTracing());
    const router = new Router({ prefix: "/users" });
    router.get("/:id", async (context) => {
      context.body = await call();
    });
    app.use(router.routes());
    const server = app.listen(0, "127.0.0.1");
    await once(server, "listening");
    return server.address().port;
  },
  async fastify(call) {
    const app = require("fastify")();
    if (!registered) {
      await app.register(require("@meshtrace/http-middleware/fastify").fastifyTracing);
      if (!first) await app.register(instrumentation.plugin());
    }
    await app.register(async (scope) => void scope.get("/:id", () => call()), { prefix: "/users" });
    await app.listen({ port: 0, host: "127.0.0.1" });
    return app.server.address().port;
  },
  async hapi(call) {
    const app = require("@hapi/hapi").server({ port: 0, host: "127.0.0.1" });
    if (!registered) await app.register({ plugin: require("@meshtrace/http-middleware/hapi").hapiTracing });
    app.route({ method: "GET", path: "/users/{id}", handler: () => call() });
    await app.start();
    return app.info.port;
  },
  async nest(call) {
    require("reflect-metadata");
    const { Controller, Get, Module } = require("@nestjs/common");
    const { NestFactory } = require("@nestjs/core");
    class Users {
      find() {
        return call();
      }
    }
    Get(":id")(Users.prototype, "find", Object.getOwnPropertyDescriptor(Users.prototype, "find"));
    Controller("users")(Users);
    class AppModule {}
    Module({ controllers: [Users] })(AppModule);
    const app = await NestFactory.create(AppModule, { logger: false });
    if (!registered) {
      const { TracingInterceptor } = require("@meshtrace/http-middleware/nest");
      app.use(tracingMiddleware());
      app.useGlobalInterceptors(new TracingInterceptor());
    }
    await app.listen(0, "127.0.0.1");
    return app.getHttpServer().address().port;
  },
};

async function main() {
  const received = [];
  // Not traced, unlike a server of node:http.
  const next = net.createServer((socket) => {
    socket.once("data", (chunk) => {
      received.push(String(chunk).split("\r\n").slice(1, -2));
      socket.end("HTTP/1.1 200 OK\r\ncontent-length: 4\r\nconnection: close\r\n\r\nnoon");
    });
  });
  await once(next.listen(0, "127.0.0.1"), "listening");
  const url = `http://127.0.0.1:${next.address().port}/`;
  const call = async () => (await (registered ? fetch : tracedFetch)(url)).text();
  const port = await apps[framework](call);
  await tracing.flush();
  memory.reset();
  const headers = {
    "x-request-id": "rid",
    "x-b3-traceid": "463ac35c9f6413ad48485a3953bb6124",
    "x-b3-spanid": "a2fb4a1d1a96d312",
    "x-b3-sampled": "1",
  };
  const request = { port, host: "127.0.0.1", path: "/users/7", agent: false, headers, tracing: false };
  const [response] = await once(http.get(request), "response");
  let text = "";
  for await (const chunk of response.setEncoding("utf8")) text += chunk;
  // The SERVER span ends behind the answer.
  do {
    await new Promise((resolve) => setImmediate(resolve));
    await tracing.flush();
  } while (!memory.getFinishedSpans().some(({ kind }) => kind === 1));
  const spans = memory.getFinishedSpans().map((span) => ({
    name: span.name,
    kind: span.kind,
    scope: span.instrumentationScope.name,
    route: span.attributes["http.route"],
    id: span.spanContext().spanId,
    parent: span.parentSpanContext?.spanId,
    traceId: span.spanContext().traceId,
  }));
  console.log(JSON.stringify({ text, received, spans }));
  process.exit();
}
main();
