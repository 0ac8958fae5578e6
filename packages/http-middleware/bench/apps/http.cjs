// node:http alone.
exports.server = ({ handler = (work) => work }) =>
  require("node:http").createServer(
    handler((_request, response) => {
      response.setHeader("content-type", "text/plain");
      response.end("hello world");
    }),
  );
