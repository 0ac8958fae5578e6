import { type Parts, parts } from "./connect-like.js";
import { describeServer } from "./contract.js";
import { listen } from "./service.js";

type Handler = Parts["user"];

/** Runs the contract of servers against one major version of restify. */
export function describeRestify(name: string, load: () => Promise<typeof import("restify")>): void {
  describeServer({
    name,
    async start(service) {
      const { tracing, user, thing } = parts(service);
      const raw: Handler = (request, response, next) => {
        // restify's chain must end after the response, not before.
        response.once("close", () => next(false));
        service.raw(request, response);
      };
      const { default: restify } = await load();
      const app = restify.createServer();
      app.pre(tracing);
      for (const method of ["get", "post", "head"] as const) app[method]("/raw/*", raw);
      const answering =
        (handler: Handler): Handler =>
        (request, response, next) =>
          next(handler(request, response, next));
      app.get("/users/:id", answering(user));
      app.get("/api/things/:thing", answering(thing));
      return listen(app.server);
    },
    cannot: {
      "status of a broken response": "restify overwrites it with status 444",
      catches: "restify leaves an exception of a handler to the process",
      "catches rejections": "restify ignores the promise of a handler that takes a callback",
      errors: "restify emits `restifyError` for an error, and calls no middleware",
    },
  });
}
