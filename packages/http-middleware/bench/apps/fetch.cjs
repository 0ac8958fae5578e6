// node:http with one call to an upstream service in each request: the collector, which answers GET
// at once.
exports.server = ({ handler = (work) => work, fetch = globalThis.fetch }, upstream) =>
  require("node:http").createServer(
    handler(async (_request, response) => {
      const reply = await fetch(upstream);
      response.setHeader("content-type", "text/plain");
      response.end(`hello ${await reply.text()}`);
    }),
  );
