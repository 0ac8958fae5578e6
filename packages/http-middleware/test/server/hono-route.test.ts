/** Which route names a request to Hono when handlers pass it on. */
import { createAdaptorServer } from "@hono/node-server";
import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { honoTracing } from "../../src/server/adapters/hono.js";
import { tracedHono } from "../../src/server/adapters/hono-apps.js";
import { traceHandler } from "../../src/server/adapters/node.js";
import { ask } from "./asking.js";
import { initialize, listen, type Running, settled, spans } from "./service.js";

beforeAll(() => void initialize());
beforeEach(settled);

function addRoutes(app: Hono): Hono {
  const inner = new Hono()
    .get("/passes/:id", (_context, next) => next())
    .get("/missing/:id", (context) => context.notFound())
    .onError((_error, context) => context.text("failed", 500));
  return app
    .use("*", (_context, next) => next())
    .get("/users/:id", (context) => context.text("user"))
    .get("/passes/:id", (_context, next) => next())
    .all("/any/:id", async (_context, next) => next())
    .get("/missing/:id", (context) => context.notFound())
    .get("/absent/:id", (context) => context.json({}, 404))
    .get("/thrown/:id", (_context, _next) => {
      throw new HTTPException(404);
    })
    .get("/files/*", (context) => context.text("file"))
    .get("/assets/*", (_context, next) => next())
    .get(
      "/checked/:id",
      (_context, next) => next(),
      (context) => context.notFound(),
    )
    .route("/inner", inner)
    .basePath("/base")
    .get("/passes/:id", (_context, next) => next());
}

const rows = [
  ["/users/7", "/users/:id"],
  ["/passes/1", undefined],
  ["/any/1", undefined],
  ["/base/passes/1", undefined],
  ["/inner/passes/1", undefined],
  ["/inner/missing/1", "/inner/missing/:id"],
  ["/missing/1", "/missing/:id"],
  ["/absent/1", "/absent/:id"],
  ["/files/a/b", "/files/*"],
  ["/assets/a", undefined],
  ["/checked/1", "/checked/:id"],
  ["/nowhere", undefined],
] as const;

async function routeOf(running: Running, path: string): Promise<unknown> {
  await ask(running, path);
  await running.close();
  return (await spans(1))[0]?.attributes["http.route"];
}

test.each([...rows, ["/thrown/1", "/thrown/:id"] as const])("the middleware: %s", async (path, route) => {
  const app = new Hono().use(honoTracing());
  addRoutes(app);
  expect(await routeOf(await listen(createAdaptorServer(app) as never), path)).toBe(route);
});

test.each(rows)("without the middleware: %s", async (path, route) => {
  const app = new (tracedHono(Hono as never) as unknown as typeof Hono)();
  addRoutes(app);
  const [listener] = createAdaptorServer(app).listeners("request");
  expect(await routeOf(await listen(traceHandler(listener as never)), path)).toBe(route);
});
