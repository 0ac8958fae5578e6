// Fastify 4 and 5: the documented lines, and instances of other servers, loggers and type
// providers.
import { readFileSync } from "node:fs";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { fastifyTracing } from "@meshtrace/http-middleware/fastify";
import { type FastifyInstance, type FastifyPluginAsync, type FastifyTypeProvider, fastify } from "fastify";

export async function start(): Promise<FastifyInstance> {
  const app = fastify();
  await app.register(fastifyTracing);
  await app.register(fastifyTracing, {
    captureHeaders: { request: ["accept"] },
    ignore: (request) => request.url === "/alive",
  });
  app.get("/", async () => "hello");
  app.get<{ Params: { id: string } }>("/users/:id", async (request) => request.params.id);
  await app.listen({ port: 0 });
  return app;
}

export function others(): void {
  void fastify({ logger: true }).register(fastifyTracing);
  void fastify({ http2: true, https: { key: readFileSync("key") } }).register(fastifyTracing);
  void fastify({ http2: true }).register(fastifyTracing);
  void fastify({ https: { key: readFileSync("key") } }).register(fastifyTracing, { trust: "restart" });
  void fastify<Server, IncomingMessage, ServerResponse>().register(fastifyTracing, {});
}

interface Provider extends FastifyTypeProvider {
  readonly output: unknown;
}
export const plugin: FastifyPluginAsync = async (instance) => {
  await instance.register(fastifyTracing);
  const typed = instance.withTypeProvider<Provider>();
  await typed.register(fastifyTracing);
  typed.get("/", async () => "hello");
};
