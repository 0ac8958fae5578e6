// Hono 4 on Node, a few routes.
const { createServer } = require("node:http");
const { getRequestListener } = require("@hono/node-server");

const ROUTES = ["/orders/:id", "/customers/:id/orders", "/products/:id"];

exports.server = ({ hono, listener = (work) => work }) => {
  const { Hono } = require("hono");
  const app = new Hono();
  if (hono !== undefined) app.use(hono());
  for (const route of ROUTES) app.get(route, (context) => context.text("hello world"));
  return createServer(listener(getRequestListener(app.fetch)));
};
