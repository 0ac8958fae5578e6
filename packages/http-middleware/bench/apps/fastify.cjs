// Fastify 5, one route.
exports.server = async ({ fastify }) => {
  const app = require("fastify")();
  if (fastify !== undefined) app.register(fastify);
  app.get("/orders/:id", (_request, reply) => reply.type("text/plain").send("hello world"));
  await app.ready();
  return app.server;
};
