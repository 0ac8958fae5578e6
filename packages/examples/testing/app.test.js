import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, beforeEach, test } from "node:test";
import { assertNoMistakes, assertTrace, meshRequest, testTracing } from "@meshtrace/testing";
import { makeApp } from "./app.js";

const tracing = testTracing({ strict: true });
const servers = [];
let url;

const listen = async (server) => {
  servers.push(server.listen(0));
  await once(server, "listening");
  return `http://127.0.0.1:${server.address().port}`;
};

before(async () => {
  const time = await listen(createServer((_request, response) => response.end("noon")));
  url = await listen(makeApp(time));
});
after(() => servers.map((server) => server.close()));
beforeEach(() => tracing.clear());

test("the call is a child of the request", async () => {
  const reply = await fetch(url, meshRequest({ layout: "sidecar" }));
  assert.equal(await reply.text(), "noon");
  await assertTrace(tracing, "SERVER GET > CLIENT GET");
  await assertNoMistakes(tracing);
});

test("a wrong expectation shows both trees", async () => {
  await fetch(url, meshRequest());
  await assert.rejects(assertTrace(tracing, "GET > SELECT"), /wrong name: `GET` instead of `SELECT`/);
});
