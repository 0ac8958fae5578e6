// Koa 3.
const { createServer } = require("node:http");

exports.server = ({ koa, listener = (work) => work }) => {
  const Koa = require("koa");
  const app = new Koa();
  if (koa !== undefined) app.use(koa());
  app.use((context) => {
    context.body = "hello world";
  });
  return createServer(listener(app.callback()));
};
