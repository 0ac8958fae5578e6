/** Routes of frameworks that have no diagnostics channel, for apps without an adapter. */
import { expect, test } from "vitest";
import { IMPORT, INCOMING, REQUIRE, start } from "./app.js";

const KOA = `const routes = new Router().get("/users/:id", (context) => { context.body = "user"; })
    .get("/fails", () => { throw new Error("on purpose"); })
    .all("/passes/:id", (context, next) => next());
  const mounted = new Router().get("/items/:item", (context) => { context.body = "item"; });
  const app = new Koa(); app.silent = true;
  app.use(routes.routes()).use(mount("/v1", mount("/shop", mounted.routes())));
  app.listen(0, "127.0.0.1", function () { console.log(this.address().port); });`;
const KOA_ROUTES = {
  "/users/7": "/users/:id",
  "/fails": "/fails",
  "/v1/shop/items/1": "/v1/shop/items/:item",
  "/passes/1": "",
  "/nowhere": "",
};

const EXPRESS = `const app = express().set("env", "test");
  app.get("/passes/:id", (request, response, next) => next());
  app.get("/fails", () => { throw new Error("on purpose"); });
  app.get("/missing/:id", (request, response, next) => next(Object.assign(new Error("gone"), { status: 404 })));
  app.use("/:owner/:repo", express.Router().get(["/issues", "/pulls/:pull"], (request, response) => response.end()));
  app.use((error, request, response, next) => response.status(error.status ?? 500).end());
  app.listen(0, "127.0.0.1", function () { console.log(this.address().port); });`;
const EXPRESS_ROUTES = {
  "/passes/1": "",
  "/fails": "/fails",
  "/missing/1": "/missing/:id",
  "/express/express/issues": "/:owner/:repo/issues",
  "/a/a/pulls/a": "/:owner/:repo/pulls/:pull",
};

const HAPI = `const server = hapi.server({ port: 0, host: "127.0.0.1", debug: false });
  server.route([{ method: "GET", path: "/users/{id}", handler: () => "user" },
    { method: "GET", path: "/injects", handler: async () => (await server.inject("/users/8")).payload },
    { method: "GET", path: "/fails", handler() { throw new Error("on purpose"); } }]);
  server.start().then(() => console.log(server.info.port));`;
const HAPI_ROUTES = { "/users/7": "/users/{id}", "/fails": "/fails", "/nowhere": "" };

const HONO = `const items = new Hono().get("/items/:item", (context) => context.text("item"));
  const app = new Hono();
  app.use("*", (context, next) => next());
  app.get("/users/:id", (context) => context.text("user"));
  app.route("/v1", items);
  app.get("/fails", () => { throw new Error("on purpose"); });
  app.onError((error, context) => context.text("failed", 500));
  serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => console.log(port));`;
const HONO_ROUTES = { "/users/7": "/users/:id", "/v1/items/1": "/v1/items/:item", "/fails": "/fails", "/nowhere": "" };

const nest = (
  platform: string,
): string => `class Users { find() { return "user"; } fails() { throw new Error("on purpose"); } }
  const route = (method, path) => Get(path)(Users.prototype, method, Object.getOwnPropertyDescriptor(Users.prototype, method));
  Controller({ path: "users", version: "2" })(Users); route("find", ":id"); route("fails", "fails/:why");
  class App {} Module({ controllers: [Users] })(App);
  const app = await NestFactory.create(App, ${platform}{ logger: false });
  app.setGlobalPrefix("api"); app.enableVersioning({ type: VersioningType.URI });
  await app.listen(0, "127.0.0.1"); console.log(app.getHttpServer().address().port);`;
const NEST_IMPORTS = `import "reflect-metadata"; import { Controller, Get, Module, VersioningType } from "@nestjs/common"; import { NestFactory } from "@nestjs/core";`;
const NEST_ROUTES = {
  "/api/v2/users/7": "/api/v2/users/:id",
  "/api/v2/users/fails/x": "/api/v2/users/fails/:why",
  "/api/nowhere": "",
};

interface App {
  readonly file: string;
  readonly flags: string[];
  readonly code: string;
  readonly routes: Record<string, string>;
}

const APPS: Record<string, App> = {
  "Express 5": {
    file: "routes-express.mjs",
    flags: IMPORT,
    code: `import express from "express";${EXPRESS}`,
    routes: EXPRESS_ROUTES,
  },
  "Express 4, CommonJS": {
    file: "routes-express.cjs",
    flags: REQUIRE,
    code: `const express = require("express4");${EXPRESS}`,
    routes: EXPRESS_ROUTES,
  },
  Koa: {
    file: "routes-koa.mjs",
    flags: IMPORT,
    code: `import Koa from "koa"; import Router from "@koa/router"; import mount from "koa-mount";${KOA}`,
    routes: KOA_ROUTES,
  },
  "Koa 2, CommonJS": {
    file: "routes-koa.cjs",
    flags: REQUIRE,
    code: `const Koa = require("koa2"); const Router = require("@koa/router"); const mount = require("koa-mount");${KOA}`,
    routes: KOA_ROUTES,
  },
  hapi: { file: "routes-hapi.mjs", flags: IMPORT, code: `import hapi from "@hapi/hapi";${HAPI}`, routes: HAPI_ROUTES },
  "hapi, CommonJS": {
    file: "routes-hapi.cjs",
    flags: REQUIRE,
    code: `const hapi = require("@hapi/hapi");${HAPI}`,
    routes: HAPI_ROUTES,
  },
  Hono: {
    file: "routes-hono.mjs",
    flags: IMPORT,
    code: `import { Hono } from "hono"; import { serve } from "@hono/node-server";${HONO}`,
    routes: HONO_ROUTES,
  },
  "Hono with a base path": {
    file: "routes-hono-base.mjs",
    flags: REQUIRE,
    code: `import { Hono } from "hono/quick"; import { serve } from "@hono/node-server";${HONO.replace("app = new Hono()", 'app = new Hono().basePath("/base")')}`,
    routes: { "/base/users/7": "/base/users/:id", "/base/v1/items/1": "/base/v1/items/:item", "/users/7": "" },
  },
  "Hono, CommonJS": {
    file: "routes-hono.cjs",
    flags: REQUIRE,
    code: `const { Hono } = require("hono"); const { serve } = require("@hono/node-server");${HONO}`,
    routes: HONO_ROUTES,
  },
  "Nest on Express": {
    file: "routes-nest.mjs",
    flags: IMPORT,
    code: `${NEST_IMPORTS} ${nest("")}`,
    routes: NEST_ROUTES,
  },
  "Nest on Fastify": {
    file: "routes-nest-fastify.mjs",
    flags: IMPORT,
    code: `${NEST_IMPORTS} import { FastifyAdapter } from "@nestjs/platform-fastify"; ${nest("new FastifyAdapter(), ")}`,
    routes: NEST_ROUTES,
  },
};

test.each(Object.entries(APPS))("%s", { timeout: 30_000 }, async (_name, { file, flags, code, routes }) => {
  const app = await start(file, code, flags);
  for (const [path, route] of Object.entries(routes)) {
    app.reported.length = 0;
    await (await fetch(app.url + path, { headers: INCOMING })).text();
    await expect.poll(() => app.reported.length, { timeout: 5000 }).toBe(1);
    expect(app.reported[0]?.tags["http.route"] ?? "", path).toBe(route);
    expect(app.reported[0]?.name, path).toBe(route === "" ? "GET" : `GET ${route}`);
    if (path === "/fails" && !file.startsWith("routes-hono")) expect(app.reported[0]?.tags["error"]).toBe("on purpose");
  }
});

test("hapi's injected requests are spans below the one that injects them", { timeout: 30_000 }, async () => {
  const app = await start("routes-hapi-inject.mjs", `import hapi from "@hapi/hapi";${HAPI}`, IMPORT);
  expect(await (await fetch(`${app.url}/injects`, { headers: INCOMING })).text()).toBe("user");
  await expect.poll(() => app.reported.map(({ name }) => name).sort()).toEqual(["GET /injects", "GET /users/{id}"]);
  for (const { tags } of app.reported) expect(tags["http.response.status_code"]).toBe("200");
});
