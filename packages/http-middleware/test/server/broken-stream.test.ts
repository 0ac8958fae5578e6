/** A stream of events that is closed before its end: by its client, or by the server. */
import type { ServerResponse } from "node:http";
import * as http2 from "node:http2";
import { connect, type Socket } from "node:net";
import { PassThrough, pipeline } from "node:stream";
import { SpanStatusCode } from "@opentelemetry/api";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { traceHandler } from "../../src/index.js";
import { initialize, listen, settled, spans } from "./service.js";

initialize();
beforeEach(settled);

/** Sends a request, and calls `close` when the first event has arrived. */
async function endOf(close: (response: ServerResponse, client: Socket) => void) {
  let response: ServerResponse | undefined;
  const running = await listen(
    traceHandler((_request, own) => {
      response = own;
      own.writeHead(200, { "content-type": "text/event-stream" });
      own.write("data: 1\n\n");
    }),
  );
  onTestFinished(() => void running.close());
  const client = connect(running.port, "127.0.0.1").on("error", () => {});
  client.write("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n");
  client.once("data", () => close(response as ServerResponse, client));
  const [span] = await spans(1);
  client.destroy();
  return { error: span?.attributes["error.type"], status: span?.status.code };
}

test.each<[string, (response: ServerResponse, client: Socket) => void]>([
  ["destroys its socket", (_response, client) => client.destroy()],
  ["ends its side", (_response, client) => client.end()],
  ["resets the connection", (_response, client) => client.resetAndDestroy()],
])("no error: the client %s", async (_name, close) => {
  expect(await endOf(close)).toEqual({ error: undefined, status: SpanStatusCode.UNSET });
});

test("no error: the client closes a stream of HTTP/2", async () => {
  const server = http2.createServer(
    traceHandler((_request: http2.Http2ServerRequest, response: http2.Http2ServerResponse) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("data: 1\n\n");
    }),
  );
  const running = await listen(server as never);
  const session = http2.connect(`http://127.0.0.1:${running.port}`);
  onTestFinished(() => session.close(() => server.close()));
  const stream = session.request({ ":path": "/events" });
  stream.once("data", () => stream.close(http2.constants.NGHTTP2_CANCEL));
  const [span] = await spans(1);
  expect(span?.status.code).toBe(SpanStatusCode.UNSET);
});

test.each<[string, (response: ServerResponse) => void]>([
  ["destroys the response", (response) => response.destroy()],
  ["destroys it with an error", (response) => response.on("error", () => {}).destroy(new Error("broken"))],
  ["destroys the socket", (response) => response.socket?.destroy()],
  ["destroys the socket with an error", (response) => response.socket?.destroy(new Error("broken"))],
  [
    "pipes a source that fails",
    (response) => {
      const source = new PassThrough();
      pipeline(source, response, () => {});
      source.destroy(Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET", syscall: "read" }));
    },
  ],
])("an error: the server %s", async (_name, close) => {
  expect(await endOf(close)).toEqual({ error: "aborted", status: SpanStatusCode.ERROR });
});
