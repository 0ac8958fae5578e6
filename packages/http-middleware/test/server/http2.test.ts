import { once } from "node:events";
import { connect, constants, createServer, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { SpanStatusCode, trace } from "@opentelemetry/api";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { traceHandler, traceStream } from "../../src/index.js";
import { INCOMING, initialize, settled, spans, TRACE } from "./service.js";

const active = (): string | undefined => trace.getActiveSpan()?.spanContext().spanId;
const { NGHTTP2_CANCEL: CANCEL } = constants;
const seen: (string | undefined)[] = [];

/** Both of Node's interfaces to http2, answering alike. */
const INTERFACES = {
  "the compatibility API": () =>
    createServer(
      traceHandler((request, response) => {
        seen.push(active());
        if (request.url === "/reset") return void response.stream.close(CANCEL);
        request.on("data", () => seen.push(active()));
        request.on("end", () => {
          response.statusCode = request.url === "/fails" ? 500 : 200;
          response.end("there");
        });
      }),
    ),
  "the stream API": () =>
    createServer().on(
      "stream",
      traceStream((stream: ServerHttp2Stream, headers) => {
        seen.push(active());
        if (headers[":path"] === "/reset") return stream.close(CANCEL);
        stream.on("data", () => seen.push(active()));
        stream.on("end", () => {
          stream.respond({ ":status": headers[":path"] === "/fails" ? 500 : 200 });
          stream.end("there");
        });
      }),
    ),
};

beforeAll(() => void initialize());
beforeEach(async () => {
  await settled();
  seen.length = 0;
});

describe.each(Object.entries(INTERFACES))("node:http2, %s", (_name, make) => {
  const server = make();
  beforeAll(async () => {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  afterAll(() => server.close());

  async function ask(path: string): Promise<{ text: string; status: number | undefined }> {
    const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const stream = session.request({ ":method": "POST", ":path": path, ...INCOMING });
    stream.on("error", () => {});
    let status: number | undefined;
    stream.on("response", (headers) => {
      status = headers[":status"];
    });
    stream.end("body");
    let text = "";
    stream.on("data", (chunk) => {
      text += chunk;
    });
    await new Promise((resolve) => stream.once("close", resolve));
    session.close();
    return { text, status };
  }

  test("joins the caller's span, also in the events of the request", async () => {
    expect(await ask("/ok?secret=1")).toEqual({ text: "there", status: 200 });
    const [span] = await spans(1);
    expect(seen).toEqual([INCOMING["x-b3-spanid"], INCOMING["x-b3-spanid"]]);
    expect(span?.spanContext().traceId).toBe(TRACE);
    expect(span?.name).toBe("POST");
    expect(span?.attributes).toMatchObject({
      "http.request.method": "POST",
      "http.response.status_code": 200,
      "network.protocol.version": "2",
      "url.path": "/ok",
      "url.scheme": "http",
      "server.address": "127.0.0.1",
      "guid:x-request-id": INCOMING["x-request-id"],
    });
    expect(span?.status.code).toBe(SpanStatusCode.UNSET);
  });

  test("500 is an error", async () => {
    expect((await ask("/fails")).status).toBe(500);
    const [span] = await spans(1);
    expect(span?.attributes["error.type"]).toBe("500");
    expect(span?.status.code).toBe(SpanStatusCode.ERROR);
  });

  test("a stream that is reset is an error, without a status", async () => {
    await ask("/reset");
    const [span] = await spans(1);
    expect(span?.attributes["error.type"]).toBe("aborted");
    expect(span?.attributes["http.response.status_code"]).toBeUndefined();
  });
});
