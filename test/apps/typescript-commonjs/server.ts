import { initTracing } from "@meshtrace/core";
import { tracedFetch, tracingMiddleware } from "@meshtrace/http-middleware";
import express from "express";

initTracing();

const app = express();
app.use(tracingMiddleware());
app.get("/", async (_request, response) => {
  const reply = await tracedFetch(process.env["TIME_SERVICE_URL"] ?? "");
  response.send(await reply.text());
});
const server = app.listen(Number(process.env["PORT"]), () => {
  const address = server.address();
  console.log(JSON.stringify({ listening: typeof address === "object" && address?.port }));
});
