import { initTracing } from "@meshtrace/core";
import { tracedFetch, tracingErrors, tracingMiddleware } from "@meshtrace/http-middleware";
import express from "express";

initTracing();

const app = express();
app.use(tracingMiddleware());
app.get("/", async (_request, response) => {
  const reply = await tracedFetch(process.env.TIME_SERVICE_URL);
  response.send(await reply.text());
});
app.get("/users/:id", (request, response) => response.json({ id: request.params.id }));
app.use(tracingErrors());
app.listen(Number(process.env.PORT));
