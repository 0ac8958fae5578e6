/** Routes of Express that pass a request on, and routes with several paths. */
import express5 from "express";
import express4 from "express4";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { tracingErrors, tracingMiddleware } from "../../src/index.js";
import { ask } from "./asking.js";
import { initialize, listen, settled, spans } from "./service.js";

beforeAll(() => void initialize());
beforeEach(settled);

describe.each([
  ["Express 4", express4],
  ["Express 5", express5],
])("%s", (_version, make) => {
  async function routeOf(app: ReturnType<typeof express5>, path: string): Promise<unknown> {
    const server = await listen(app);
    await ask(server, path);
    await server.close();
    const [span] = await spans(1);
    expect(span?.name).toBe(
      span?.attributes["http.route"] === undefined ? "GET" : `GET ${span.attributes["http.route"]}`,
    );
    return span?.attributes["http.route"];
  }

  const app = (): ReturnType<typeof express5> =>
    make()
      .set("env", "test")
      .use(tracingMiddleware())
      .get("/passes/:id", (_request, _response, next) => next())
      .get("/missing/:id", (_request, response) => void response.status(404).end())
      .get("/fails/:id", (_request, _response, next) => next(Object.assign(new Error("gone"), { status: 404 })))
      .get(["/one/:a", "/two/:b", "/"], (_request, response) => void response.end())
      .use(
        "/api/:tenant",
        make.Router().get(["/x/:y", "/z"], (_request, response) => void response.end()),
      )
      .use(tracingErrors());

  test.each([
    ["/passes/1", undefined],
    ["/missing/1", "/missing/:id"],
    ["/fails/1", "/fails/:id"],
    ["/one/two", "/one/:a"],
    ["/two/two/", "/two/:b"],
    ["/", "/"],
    ["/api/api/x/x", "/api/:tenant/x/:y"],
    ["/api/x/z", "/api/:tenant/z"],
    ["/api/x/other", undefined],
  ])("%s", async (path, route) => {
    expect(await routeOf(app(), path)).toBe(route);
  });

  test("a catch-all that answers 404 for a route that passed the request on", async () => {
    const caught = app().use((_request, response) => void response.status(404).end("none"));
    expect(await routeOf(caught, "/passes/1")).toBeUndefined();
    await settled();
    expect(await routeOf(caught, "/missing/1")).toBe("/missing/:id");
  });
});
