// A backend that takes every batch at once and counts spans when it is asked; a GET is answered as a neighbour would.
// Argument: text that stands once in each span.
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

answer({
  port: () => new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server.address().port))),
  /** Spans that came since the last question. */
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
