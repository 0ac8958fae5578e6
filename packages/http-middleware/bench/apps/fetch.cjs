// node:http with one call to a neighbour in each request. The neighbour is the collector: it answers GET at once.
exports.server = ({ handler = (work) => work, fetch = globalThis.fetch }, neighbour) =>
  require("node:http").createServer(
    handler(async (_request, response) => {
      const reply = await fetch(neighbour);
      response.setHeader("content-type", "text/plain");
      response.end(`hello ${await reply.text()}`);
    }),
  );
