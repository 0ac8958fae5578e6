import type { RequestHandler, Router } from "express";
import express5 from "express";
import express4 from "express4";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { tracingErrors, tracingMiddleware } from "../../src/index.js";
import { ask } from "./asking.js";
import { initialize, listen, settled, spans } from "./service.js";

beforeAll(() => void initialize());
beforeEach(settled);

const answer: RequestHandler = (_request, response) => void response.end();
const fail: RequestHandler = (_request, _response, next) => next(new Error("expected"));

/** The layers of routers before 2.3 have no templates. */
function withoutTemplates(router: Router): Router {
  for (const layer of router.stack) {
    delete (layer as { rawPath?: unknown }).rawPath;
    const inner = layer.handle as Partial<Router>;
    if (inner.stack !== undefined) withoutTemplates(inner as Router);
  }
  return router;
}

interface Version {
  readonly make: typeof express5;
  readonly prepare: (router: Router) => Router;
}

const versions: [string, Version][] = [
  ["Express 4", { make: express4, prepare: (router) => router }],
  ["Express 5", { make: express5, prepare: (router) => router }],
  ["Express 5 with an early router", { make: express5, prepare: withoutTemplates }],
];

describe.each(versions)("routes of mounted routers, %s", (_version, { make, prepare }) => {
  async function routesOf(router: Router, paths: readonly string[]): Promise<unknown[]> {
    const app = make().set("env", "test").use(tracingMiddleware()).use(prepare(router)).use(tracingErrors());
    const server = await listen(app);
    for (const path of paths) await ask(server, path);
    await server.close();
    return (await spans(paths.length)).map(({ attributes }) => attributes["http.route"]);
  }

  const list = (): Router => make.Router().get("/list", answer).get("/:id/fails", fail);

  test.each([
    ["/repos/express/express/list", "/repos/:owner/:repo/list"],
    ["/repos/repos/x/list", "/repos/:owner/:repo/list"],
    ["/repos/a%20b/100%25/list", "/repos/:owner/:repo/list"],
    ["/repos/o/repos/1/fails?x=1", "/repos/:owner/:repo/:id/fails"],
    ["/api/users/users/list", "/api/:tenant/users/list"],
    ["/api/api/users/list", "/api/:tenant/users/list"],
    ["/api/users/users/1/fails", "/api/:tenant/users/:id/fails"],
    ["/files/a.a/list", "/files/:name.:ext/list"],
  ])("%s", async (path, route) => {
    const router = make
      .Router()
      .use("/repos/:owner/:repo", list())
      .use("/api/:tenant/users", list())
      .use("/files/:name.:ext", list());
    expect(await routesOf(router, [path])).toEqual([route]);
  });

  test("a router that is mounted in several places, and routers in routers", async () => {
    const inner = make.Router().use("/inner/:inner", list());
    const router = make.Router().use("/one/:one", inner).use("/two/:two", inner).use("/three", list());
    const paths = ["/one/1/inner/1/list", "/two/1/inner/2/1/fails", "/three/list", "/two/2/inner/2/list"];
    expect(await routesOf(router, paths)).toEqual([
      "/one/:one/inner/:inner/list",
      "/two/:two/inner/:inner/:id/fails",
      "/three/list",
      "/two/:two/inner/:inner/list",
    ]);
  });

  test("an app in an app, and a router with several paths", async () => {
    const app = make().set("env", "test").get("/things/:thing", answer).use("/:version/list", list());
    const server = await listen(
      make().use(tracingMiddleware()).use(["/admin/:tenant", "/root"], make().use("/v1", app)),
    );
    const paths = ["/admin/v1/v1/things/1", "/root/v1/v1/list/list"];
    for (const path of paths) await ask(server, path);
    await server.close();
    expect((await spans(2)).map(({ attributes }) => attributes["http.route"])).toEqual([
      "/admin/:tenant/v1/things/:thing",
      "/root/v1/:version/list/list",
    ]);
  });

  test("a router behind a function of the app has the template of its mount", async () => {
    const hidden = list();
    const router = make.Router().use("/hidden/:id", (request, response, next) => hidden(request, response, next));
    expect(await routesOf(router, ["/hidden/hidden/list"])).toEqual(["/hidden/:id/list"]);
  });

  test("a URL that a middleware rewrote", async () => {
    const router = make
      .Router()
      .use((request, _response, next) => {
        request.url = request.url.replace("/old", "/new/1");
        next();
      })
      .use("/new/:version", list());
    expect(await routesOf(router, ["/old/list", "/old/7/fails"])).toEqual([
      "/new/:version/list",
      "/new/:version/:id/fails",
    ]);
  });

  test("the request has the same members as without tracing", async () => {
    const seen: unknown[] = [];
    const app = make();
    const members: RequestHandler = (request, response) => {
      seen.push([
        Reflect.ownKeys(request).filter((key) => key !== "emit"),
        Object.getOwnPropertyDescriptor(request, "route"),
      ]);
      response.end();
    };
    const router = make.Router().get("/a", members);
    const server = await listen(app.use("/plain", router).use("/traced", tracingMiddleware(), router));
    await ask(server, "/plain/a");
    await ask(server, "/traced/a");
    await server.close();
    await spans(1);
    expect(seen[1]).toEqual(seen[0]);
  });
});
