/** Requests that are injected into an app, without a socket, end with their status. */
import { createServer } from "node:http";
import hapi from "@hapi/hapi";
import { SpanStatusCode, trace } from "@opentelemetry/api";
import express from "express";
import fastify from "fastify";
import fastify4 from "fastify4";
import { Hono } from "hono";
import request from "supertest";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { tracingMiddleware } from "../../src/index.js";
import { fastifyTracing } from "../../src/server/adapters/fastify.js";
import { hapiTracing } from "../../src/server/adapters/hapi.js";
import { honoTracing } from "../../src/server/adapters/hono.js";
import { INCOMING, initialize, settled, spans } from "./service.js";

beforeAll(() => void initialize());
beforeEach(settled);

/** Answers `/users/:id` with the active span, and `/fails` with 500. Returns status and body. */
type Inject = (path: string) => Promise<{ readonly status: number; readonly text: string }>;

const active = (): string => trace.getActiveSpan()?.spanContext().spanId ?? "none";

function fastifyApp(make: typeof fastify): () => Promise<Inject> {
  return async () => {
    const app = make();
    await app.register(fastifyTracing);
    app.get("/users/:id", async () => active());
    app.get("/fails", async () => {
      throw new Error("on purpose");
    });
    return async (path) => {
      const { statusCode, body } = await app.inject({ path, headers: INCOMING });
      return { status: statusCode, text: body };
    };
  };
}

const APPS: Record<string, () => Promise<Inject>> = {
  "Fastify 5": fastifyApp(fastify),
  "Fastify 4": fastifyApp(fastify4 as typeof fastify),
  async hapi() {
    const server = hapi.server({ debug: false });
    await server.register({ plugin: hapiTracing as never });
    server.route([
      { method: "GET", path: "/users/{id}", handler: async () => active() },
      {
        method: "GET",
        path: "/fails",
        handler() {
          throw new Error("on purpose");
        },
      },
    ]);
    return async (url) => {
      const { statusCode, payload } = await server.inject({ url, headers: INCOMING });
      return { status: statusCode, text: payload };
    };
  },
  async Hono() {
    const app = new Hono().use(honoTracing());
    app.get("/users/:id", (context) => context.text(active()));
    app.get("/fails", () => {
      throw new Error("on purpose");
    });
    app.onError((_error, context) => context.text("failed", 500));
    return async (path) => {
      const response = await app.request(path, { headers: INCOMING });
      return { status: response.status, text: await response.text() };
    };
  },
  async supertest() {
    const app = express().set("env", "test").use(tracingMiddleware());
    app.get("/users/:id", (_request, response) => void response.send(active()));
    app.get("/fails", () => {
      throw new Error("on purpose");
    });
    return async (path) => request(createServer(app)).get(path).set(INCOMING);
  },
};

test.each(Object.entries(APPS))("%s", async (name, start) => {
  const inject = await start();
  expect(await inject("/users/7")).toMatchObject({ status: 200, text: INCOMING["x-b3-spanid"] });
  expect((await inject("/fails")).status).toBe(500);
  const [answered, failed] = await spans(2);
  expect(answered?.name).toBe(name === "hapi" ? "GET /users/{id}" : "GET /users/:id");
  expect(answered?.attributes["http.response.status_code"]).toBe(200);
  expect(answered?.attributes["error.type"]).toBeUndefined();
  expect(answered?.status.code).toBe(SpanStatusCode.UNSET);
  expect(failed?.name).toBe("GET /fails");
  expect(failed?.attributes["http.response.status_code"]).toBe(500);
  expect(failed?.status.code).toBe(SpanStatusCode.ERROR);
  if (name !== "supertest") expect(failed?.status.message).toBe("on purpose");
});
