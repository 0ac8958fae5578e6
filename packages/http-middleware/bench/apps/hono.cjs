// Hono 4 on Node, one route.
const { createAdaptorServer } = require("@hono/node-server");

exports.server = ({ hono }) => {
  const { Hono } = require("hono");
  const app = new Hono();
  if (hono !== undefined) app.use(hono());
  app.get("/orders/:id", (context) => context.text("hello world"));
  return createAdaptorServer({ fetch: app.fetch });
};
