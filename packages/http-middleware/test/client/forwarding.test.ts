/** Adapters in a process without initTracing(): headers go on, and nothing else happens. */
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { trace } from "@opentelemetry/api";
import { Agent, request } from "undici";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PARENT_SPAN_ID, SPAN_ID, TRACE_ID } from "../../../core/test/kit/incoming-headers.js";
import { tracedHttp } from "../../src/client/http/http.js";
import { undiciTracing } from "../../src/client/undici/undici.js";
import { tracedFetch, traceHandler } from "../../src/index.js";

const INCOMING = {
  "x-b3-traceid": TRACE_ID,
  "x-b3-spanid": SPAN_ID,
  "x-b3-parentspanid": PARENT_SPAN_ID,
  "x-b3-sampled": "1",
  "x-request-id": "ec219ebe-5bfd-918f-a8aa-ff14b5843aa7",
};

let received: IncomingHttpHeaders | undefined;
const next = createServer((incoming, response) => {
  received = incoming.headers;
  response.end("there");
});
let call: (url: string) => Promise<string>;
const app = createServer(traceHandler(async (_request, response) => void response.end(await call(urlOf(next)))));
const urlOf = (server: typeof next): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

beforeAll(async () => {
  for (const server of [next, app]) await once(server.listen(0, "127.0.0.1"), "listening");
});
afterAll(() => {
  for (const server of [next, app]) {
    server.closeAllConnections();
    server.close();
  }
});

const dispatcher = new Agent().compose(undiciTracing());
const http = (url: string): Promise<string> =>
  new Promise((resolve) => {
    tracedHttp.get(url, (response) => {
      response.on("data", (chunk) => resolve(String(chunk)));
    });
  });

test.each([
  ["tracedFetch", async (url: string) => (await tracedFetch(url)).text()],
  [
    "tracedFetch.from",
    async (url: string) =>
      (await tracedFetch.from((input: string, init: RequestInit) => fetch(input, init))(url)).text(),
  ],
  ["undici", async (url: string) => (await request(url, { dispatcher })).body.text()],
  ["tracedHttp", http],
] as const)("%s", async (_name, way) => {
  call = way;
  received = undefined;
  expect(await (await fetch(urlOf(app), { headers: INCOMING })).text()).toBe("there");
  expect(received).toMatchObject(INCOMING);
  expect(trace.getActiveSpan()).toBeUndefined();
  expect(await call(urlOf(next))).toBe("there");
  expect(Object.keys(received ?? {}).filter((header) => /b3|request-id|traceparent/.test(header))).toEqual([]);
});
