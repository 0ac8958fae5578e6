import type { RequestListener } from "node:http";
import type express from "express";
import type { Parts } from "./connect-like.js";

/** The app of the contract in either major of Express. */
export function expressApp(make: typeof express, parts: Parts): RequestListener {
  const router = make.Router().get("/things/:thing", parts.thing as never);
  const app = make()
    .set("env", "test")
    .use(parts.tracing)
    .use("/raw", parts.raw as never)
    .get("/users/:id", parts.user as never)
    .use("/api", router)
    .get("/throws", parts.throws)
    .get("/rejects", parts.rejects as never)
    .use(parts.errors);
  return app;
}
