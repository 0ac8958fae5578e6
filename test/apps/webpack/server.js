const { createServer } = require("node:http");
const { initTracing } = require("@meshtrace/core");
const { tracedFetch, traceHandler } = require("@meshtrace/http-middleware");

initTracing();

const server = createServer(
  traceHandler(async (_request, response) => {
    const reply = await tracedFetch(process.env.TIME_SERVICE_URL);
    response.end(await reply.text());
  }),
);
server.listen(process.env.PORT, () => console.log(JSON.stringify({ listening: server.address().port })));
