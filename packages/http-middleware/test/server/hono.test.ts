import { createAdaptorServer, type HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { Hono } from "hono";
import { honoTracing } from "../../src/server/adapters/hono.js";
import { describeServer } from "./contract.js";
import { listen, type Service } from "./service.js";

function honoApp({ options, raw, text, throws, rejects }: Service) {
  const things = new Hono().get("/things/:thing", (context) => context.text(text(context.req.param("thing"))));
  return new Hono<{ Bindings: HttpBindings }>()
    .use(honoTracing(options as object))
    .all("/raw/*", (context) => {
      raw(context.env.incoming, context.env.outgoing);
      return RESPONSE_ALREADY_SENT;
    })
    .get("/users/:id", (context) => context.text(text(context.req.param("id"))))
    .route("/api", things)
    .get("/throws", () => throws())
    .get("/rejects", () => rejects())
    .onError((_error, context) => context.text("failed", 500));
}

describeServer({
  name: "Hono 4",
  start: async (service) => listen(createAdaptorServer(honoApp(service)) as never),
  cannot: { "node hooks": "hooks get the web's Request and Response, as Hono's own middleware does" },
});
