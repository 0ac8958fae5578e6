// Fastify 5, one route.
const { createServer } = require("node:http");

exports.server = async ({ fastify, listener = (work) => work }) => {
  const app = require("fastify")({ serverFactory: (handler) => createServer(listener(handler)) });
  if (fastify !== undefined) app.register(fastify);
  app.get("/orders/:id", (_request, reply) => reply.type("text/plain").send("hello world"));
  await app.ready();
  return app.server;
};
