const { createServer } = require("node:http");
const { tracedFetch, traceHandler } = require("@meshtrace/http-middleware");

/** Answers requests with the text of the time service. Calls `work` inside each request. */
exports.listen = (work = () => {}) => {
  const server = createServer(
    traceHandler(async (_request, response) => {
      work();
      const reply = await tracedFetch(process.env.TIME_SERVICE_URL);
      response.end(await reply.text());
    }),
  );
  server.listen(process.env.PORT, () => console.log(JSON.stringify({ listening: server.address().port })));
};
