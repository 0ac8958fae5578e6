/** Trace headers that the app sets on a request of node:http after it has made it. */

import { once } from "node:events";
import { type ClientRequest, createServer, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { initTracing } from "@meshtrace/core";
import { context, propagation, ROOT_CONTEXT } from "@opentelemetry/api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { OTHER_SPAN_ID, OTHER_TRACE_ID } from "../../../core/test/kit/incoming-headers.js";
import { tracedHttp } from "../../src/client/http/http.js";

const COPIED = {
  "X-B3-TraceId": OTHER_TRACE_ID,
  "X-B3-SpanId": OTHER_SPAN_ID,
  "X-B3-ParentSpanId": "0020000000000001",
  "X-B3-Sampled": "1",
  "X-Request-Id": "rid",
};
const OTHER = { "x-b3-traceid": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "x-b3-spanid": "bbbbbbbbbbbbbbbb" };
const SIGNED = "x-b3-traceid;x-b3-spanid;x-request-id";
const AWS = `AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host;${SIGNED}, Signature=c`;
const RFC = `sig1=("@method" ${SIGNED.split(";")
  .map((name) => `"${name}"`)
  .join(" ")});created=1`;

let received: IncomingHttpHeaders = {};
const server = createServer((request, response) => {
  received = request.headers;
  response.end();
});
beforeAll(async () => {
  initTracing({ exporter: "none", shutdown: false, propagateTo: ["127.0.0.1"] });
  await once(server.listen(0), "listening");
});
afterAll(() => server.close());

type Write = (request: ClientRequest, headers: Record<string, string>) => void;
const ways: [string, Write][] = [
  ["setHeader", (request, all) => Object.entries(all).forEach(([name, value]) => void request.setHeader(name, value))],
  ["setHeaders of Headers", (request, all) => void request.setHeaders(new Headers(all))],
  ["setHeaders of a Map", (request, all) => void request.setHeaders(new Map(Object.entries(all)))],
  [
    "appendHeader",
    (request, all) => Object.entries(all).forEach(([name, value]) => void request.appendHeader(name, value)),
  ],
];

async function send(
  write: Write,
  headers: Record<string, string>,
  host = "127.0.0.1",
  first = {},
): Promise<IncomingHttpHeaders> {
  const request = tracedHttp.request({
    host,
    port: (server.address() as AddressInfo).port,
    agent: false,
    headers: first,
  });
  write(request, headers);
  const [response] = (await once(request.end(), "response")) as [IncomingMessage];
  response.resume();
  await once(response, "end");
  return received;
}

const lowerCase = (headers: object): object =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

describe.each(ways)("%s", (_way, write) => {
  test("outside of a request, the trace that the headers name goes on", async () => {
    const headers = await send(write, COPIED);
    expect(headers).toMatchObject(lowerCase(COPIED));
    expect(headers).not.toHaveProperty("traceparent");
    expect(headers).not.toHaveProperty("tracestate");
  });

  test("what the request was made with, and is set again, stays the parent", async () => {
    const headers = await send(write, COPIED, "127.0.0.1", COPIED);
    expect(headers).toMatchObject({
      "x-b3-traceid": COPIED["X-B3-TraceId"],
      "x-b3-parentspanid": COPIED["X-B3-SpanId"],
    });
  });

  test("headers that name no trace do not replace ours", async () => {
    const { "x-b3-traceid": traceId, "x-b3-spanid": spanId } = await send(write, {
      "x-b3-spanid": "zz",
      "x-b3-flags": "1",
    });
    expect(traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(spanId).toMatch(/^[0-9a-f]{16}$/);
  });

  test("inside of a request, its own trace goes on", async () => {
    const incoming = propagation.extract(ROOT_CONTEXT, { ...OTHER, "x-b3-sampled": "1", "x-request-id": "other" });
    const headers = await context.with(incoming, () => send(write, COPIED));
    expect(headers).toMatchObject({ "x-b3-traceid": OTHER["x-b3-traceid"], "x-b3-parentspanid": OTHER["x-b3-spanid"] });
    expect(headers).toMatchObject({ "x-b3-sampled": "1", "x-request-id": "other" });
  });

  test.each([
    ["authorization", AWS],
    ["Signature-Input", RFC],
  ])("what %s covers stays, before and after it", async (name, value) => {
    const incoming = propagation.extract(ROOT_CONTEXT, { ...OTHER, "x-request-id": "other" });
    for (const all of [
      { ...COPIED, [name]: value },
      { [name]: value, ...COPIED },
    ]) {
      const headers = await context.with(incoming, () => send(write, all));
      for (const signed of SIGNED.split(";"))
        expect(headers[signed]).toBe((lowerCase(COPIED) as typeof headers)[signed]);
    }
  });

  test("a host outside of the mesh receives no trace", async () => {
    const headers = await send(write, COPIED, "localhost");
    expect(Object.keys(headers).filter((name) => name.startsWith("x-b3"))).toEqual([]);
  });
});
