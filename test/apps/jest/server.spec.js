const { once } = require("node:events");
const { createServer } = require("node:http");
const { initTracing } = require("@meshtrace/core");
const { tracedFetch, traceHandler } = require("@meshtrace/http-middleware");

const tracing = initTracing();
const server = createServer(
  traceHandler(async (_request, response) => {
    const reply = await tracedFetch(process.env.TIME_SERVICE_URL);
    response.end(await reply.text());
  }),
);

beforeAll(() => once(server.listen(0), "listening"));
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await tracing.shutdown();
});

test("a service under test is traced", async () => {
  const reply = await fetch(`http://127.0.0.1:${server.address().port}/`, {
    headers: JSON.parse(process.env.INCOMING),
  });
  expect(await reply.text()).toBe("noon");
});
