import type fastify from "fastify";
import { fastifyTracing } from "../../src/server/adapters/fastify.js";
import type { Running, Service } from "./service.js";

/** The app of the contract in either major of Fastify. */
export async function fastifyApp(make: typeof fastify, service: Service): Promise<Running> {
  const { options, raw, text, throws, rejects } = service;
  const app = make({ forceCloseConnections: true });
  await app.register(fastifyTracing, options);
  // Bodies of this type are left to the handler.
  app.addContentTypeParser("x/raw", (_request, _payload, done) => done(null));
  app.all("/raw/*", (request, reply) => {
    reply.hijack();
    raw(request.raw, reply.raw);
  });
  app.get("/users/:id", async (request) => text((request.params as { id: string }).id));
  await app.register(
    async (scope) => {
      scope.get("/things/:thing", async (request) => text((request.params as { thing: string }).thing));
    },
    { prefix: "/api" },
  );
  app.get("/throws", () => throws());
  app.get("/rejects", () => rejects());
  await app.listen({ port: 0, host: "127.0.0.1" });
  const address = app.server.address() as { port: number };
  return { port: address.port, close: () => app.close() };
}
