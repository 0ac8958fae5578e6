// Hono 4 on Node, one route.
const { createServer } = require("node:http");
const { getRequestListener } = require("@hono/node-server");

exports.server = ({ hono, listener = (work) => work }) => {
  const { Hono } = require("hono");
  const app = new Hono();
  if (hono !== undefined) app.use(hono());
  app.get("/orders/:id", (context) => context.text("hello world"));
  return createServer(listener(getRequestListener(app.fetch)));
};
