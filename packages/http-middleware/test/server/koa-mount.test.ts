import Router from "@koa/router";
import Koa from "koa";
import mount from "koa-mount";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { koaTracing } from "../../src/server/adapters/koa.js";
import { ask } from "./asking.js";
import { initialize, listen, settled, spans } from "./service.js";

beforeAll(() => void initialize());
beforeEach(settled);

const users = (): Router =>
  new Router().get("/users/:id", (context) => {
    context.body = "user";
  });

test.each([
  ["/v1/users/1", "/v1/users/:id"],
  ["/v2/users/1", "/v2/users/:id"],
  ["/a/b/users/1", "/a/b/users/:id"],
  ["/users/1", "/users/:id"],
  ["/sub/nested/users/1", "/sub/nested/users/:id"],
  ["/sub/users/1", "/sub/users/:id"],
  ["/any/1", undefined],
  ["/none/1", "/none/:id"],
])("%s", async (path, route) => {
  const sub = new Koa().use(mount("/nested", users().routes()));
  const app = new Koa()
    .use(koaTracing())
    .use(mount("/v1", users().routes()))
    .use(mount("/v2", users().routes()))
    .use(mount("/a", mount("/b", users().routes())))
    .use(mount("/sub", sub))
    .use(users().prefix("/sub").routes())
    .use(users().routes())
    .use(
      new Router()
        .all("/any/:id", (_context, next) => next())
        .get("/none/:id", (context) => {
          context.status = 404;
        })
        .routes(),
    );
  const server = await listen(app.callback());
  await ask(server, path);
  await server.close();
  expect((await spans(1))[0]?.attributes["http.route"]).toBe(route);
});
