import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import "@meshtrace/testing/vitest";
import { traceHandler } from "@meshtrace/http-middleware";
import { meshRequest, testTracing } from "@meshtrace/testing";
import { afterAll, beforeAll, expect, test } from "vitest";

const tracing = testTracing();
const server = createServer(traceHandler((_request, response) => response.end("hello")));
beforeAll(async () => void (await once(server.listen(0), "listening")));
afterAll(() => void server.close());

test("a request is joined", async () => {
  await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, meshRequest({ layout: "istio-2018" }));
  await expect(tracing).toHaveTrace("SERVER GET");
  await expect(tracing).toHaveNoMistakes();
  await expect((async () => expect(tracing).toHaveTrace("GET > SELECT"))()).rejects.toThrow(
    /missing span: `SELECT` below `GET`/,
  );
});
