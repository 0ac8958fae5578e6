// A backend that takes every batch at once and counts spans when asked. Answers GET as an upstream
// service would. Argument: text that occurs once in each span.
const { createServer } = require("node:http");
const { gunzipSync } = require("node:zlib");
const { answer } = require("./answering.cjs");

const mark = process.argv[2];
let bodies = [];

const server = createServer((request, response) => {
  if (request.method === "GET") {
    response.end("world");
    return;
  }
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    bodies.push({ body: Buffer.concat(chunks), gzip: request.headers["content-encoding"] === "gzip" });
    response.writeHead(202).end();
  });
});

// Exporters keep their connection while other variants are measured.
server.keepAliveTimeout = 0;

answer({
  port: () => new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server.address().port))),
  /** Spans that arrived since the last question. */
  spans() {
    const all = bodies;
    bodies = [];
    return all.reduce((sum, { body, gzip }) => sum + occurrences(gzip ? gunzipSync(body) : body), 0);
  },
});

function occurrences(body) {
  let count = 0;
  for (let at = body.indexOf(mark); at >= 0; at = body.indexOf(mark, at + mark.length)) count += 1;
  return count;
}
