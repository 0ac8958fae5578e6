const express = require("express");
const { initTracing } = require("@meshtrace/core");
const { tracedFetch, tracingMiddleware } = require("@meshtrace/http-middleware");

initTracing();

const app = express();
app.use(tracingMiddleware());
app.get("/", async (_request, response) => {
  const reply = await tracedFetch(process.env.TIME_SERVICE_URL);
  response.send(await reply.text());
});
const server = app.listen(process.env.PORT, () => console.log(JSON.stringify({ listening: server.address().port })));
