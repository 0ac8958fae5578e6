const { once } = require("node:events");
const { createServer } = require("node:http");
const { traceHandler } = require("@meshtrace/http-middleware");
const { meshRequest, testTracing } = require("@meshtrace/testing");

const tracing = testTracing();
const server = createServer(traceHandler((_request, response) => response.end("hello")));
let url;

beforeAll(async () => {
  await once(server.listen(0), "listening");
  url = `http://127.0.0.1:${server.address().port}/`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => tracing.clear());

test("a request is joined", async () => {
  await fetch(url, meshRequest());
  await expect(tracing).toHaveTrace("SERVER GET");
  await expect(tracing).toHaveNoMistakes();
});

test("a wrong expectation names the difference", async () => {
  await fetch(url, meshRequest());
  await expect((async () => expect(tracing).toHaveTrace("GET > SELECT"))()).rejects.toThrow(
    /missing span: `SELECT` below `GET`/,
  );
});
