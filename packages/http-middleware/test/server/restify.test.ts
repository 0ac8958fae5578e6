import { expect, test } from "vitest";
import { parts } from "./connect-like.js";
import { describeServer } from "./contract.js";
import { listen } from "./service.js";

// restify 11 reads a part of Node that Node 24 does not have any more.
if (Number(process.versions.node.split(".")[0]) >= 24) {
  test("restify 11 does not load on this Node", async () => {
    await expect(import("restify")).rejects.toThrow("http_parser");
  });
} else {
  describeServer({
    name: "restify 11",
    async start(service) {
      const { tracing, user, thing } = parts(service);
      const raw: typeof user = (request, response, next) => {
        // The chain ends with a response, not before.
        response.once("close", () => next(false));
        service.raw(request, response);
      };
      const { default: restify } = await import("restify");
      const app = restify.createServer();
      app.pre(tracing as never);
      for (const method of ["get", "post", "head"] as const) app[method]("/raw/*", raw as never);
      app.get("/users/:id", ((request, response, next) => next(user(request, response, next))) as typeof user as never);
      app.get("/api/things/:thing", ((request, response, next) =>
        next(thing(request, response, next))) as typeof user as never);
      return listen(app.server as never);
    },
    cannot: {
      "status of a broken response": "restify writes a 444 of its own over it",
      catches: "what a handler throws is left to the process",
      "catches rejections": "a handler with a callback is no promise",
      errors: "restify tells its own event `restifyError`, and no middleware",
    },
  });
}
