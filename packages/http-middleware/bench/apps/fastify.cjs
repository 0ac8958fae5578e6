// Fastify 5, a few routes.
const { createServer } = require("node:http");

const ROUTES = ["/orders/:id", "/customers/:id/orders", "/products/:id"];

exports.server = async ({ fastify, listener = (work) => work }) => {
  const app = require("fastify")({ serverFactory: (handler) => createServer(listener(handler)) });
  if (fastify !== undefined) app.register(fastify);
  for (const route of ROUTES) app.get(route, (_request, reply) => reply.type("text/plain").send("hello world"));
  await app.ready();
  return app.server;
};
