// Express 5, two routes.
const { createServer } = require("node:http");

exports.server = ({ express, listener = (work) => work }) => {
  const app = require("express")();
  if (express !== undefined) app.use(express());
  app.get("/healthz", (_request, response) => response.send("ok"));
  app.get("/orders/:id", (_request, response) => response.type("text").send("hello world"));
  return createServer(listener(app));
};
