import { initTracing } from "@meshtrace/core";
import { tracedFetch } from "@meshtrace/http-middleware";
import { fastifyTracing } from "@meshtrace/http-middleware/fastify";
import fastify from "fastify";

initTracing();

const app = fastify();
await app.register(fastifyTracing);
app.get("/", async () => {
  const reply = await tracedFetch(process.env.TIME_SERVICE_URL);
  return reply.text();
});
app.get("/users/:id", async (request) => ({ id: request.params.id }));
await app.listen({ port: Number(process.env.PORT) });
