// Express 5, a few routes.
const { createServer } = require("node:http");

const ROUTES = ["/orders/:id", "/customers/:id/orders", "/products/:id"];

exports.server = ({ express, listener = (work) => work }) => {
  const app = require("express")();
  if (express !== undefined) app.use(express());
  app.get("/healthz", (_request, response) => response.send("ok"));
  for (const route of ROUTES) app.get(route, (_request, response) => response.type("text").send("hello world"));
  return createServer(listener(app));
};
