const { tracedFetch, traceHandler } = require("@meshtrace/http-middleware");

/** An API route, in the shape that Next gives it. */
exports.default = traceHandler(async (_request, response) => {
  const reply = await tracedFetch(process.env.TIME_SERVICE_URL);
  response.end(await reply.text());
});
