import { serve } from "@hono/node-server";
import { initTracing } from "@meshtrace/core";
import { tracedFetch } from "@meshtrace/http-middleware";
import { honoTracing } from "@meshtrace/http-middleware/hono";
import { Hono } from "hono";

initTracing();

const app = new Hono();
app.use(honoTracing());
app.get("/", async (context) => {
  const reply = await tracedFetch(process.env.TIME_SERVICE_URL);
  return context.text(await reply.text());
});
app.get("/users/:id", (context) => context.json({ id: context.req.param("id") }));
serve({ fetch: app.fetch, port: Number(process.env.PORT) });
