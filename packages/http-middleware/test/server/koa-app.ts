import type { RequestListener } from "node:http";
import type Router from "@koa/router";
import type Koa from "koa";
import { koaTracing } from "../../src/server/adapters/koa.js";
import type { Service } from "./service.js";

/** The app of the contract in either major of Koa. */
export function koaApp(Make: typeof Koa, Routes: typeof Router, service: Service): RequestListener {
  const { options, raw, text, throws, rejects } = service;
  const things = new Routes().get("/things/:thing", (context) => {
    context.body = text(context.params["thing"] ?? "");
  });
  const router = new Routes()
    .all("/raw/{*rest}", (context) => {
      // Koa leaves the response to the handler.
      context.respond = false;
      context.res.statusCode = 200;
      raw(context.req, context.res);
    })
    .get("/users/:id", (context) => {
      context.body = text(context.params["id"] ?? "");
    })
    .get("/throws", () => throws())
    .get("/rejects", () => rejects())
    .use("/api", things.routes());
  const app = new Make();
  app.silent = true;
  return app.use(koaTracing(options)).use(router.routes()).callback();
}
