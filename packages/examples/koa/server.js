import Router from "@koa/router";
import { initTracing } from "@meshtrace/core";
import { tracedFetch } from "@meshtrace/http-middleware";
import { koaTracing } from "@meshtrace/http-middleware/koa";
import Koa from "koa";

initTracing();

const router = new Router();
router.get("/", async (context) => {
  const reply = await tracedFetch(process.env.TIME_SERVICE_URL);
  context.body = await reply.text();
});
router.get("/users/:id", (context) => {
  context.body = { id: context.params.id };
});
new Koa().use(koaTracing()).use(router.routes()).listen(Number(process.env.PORT));
