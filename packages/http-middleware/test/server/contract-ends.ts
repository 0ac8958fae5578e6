/** However a request ends, its span ends once, and says how. */
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { SpanStatusCode } from "@opentelemetry/api";
import { expect, test } from "vitest";
import { ask, askRaw, begin } from "./asking.js";
import type { Contract } from "./contract.js";
import { INCOMING, spans } from "./service.js";

export function endTests({ running, set, can, where }: Contract): void {
  test.each([
    ["GET", 204],
    ["GET", 304],
    ["HEAD", 200],
    ["POST", 201],
    ["GET", 404],
  ])("%s with %d is no error", async (method, status) => {
    set((_request, response) => {
      response.statusCode = status;
      response.end();
    });
    expect((await ask(running(), "/raw/status", { method, headers: INCOMING })).status).toBe(status);
    const [span] = await spans(1);
    expect(span?.attributes).toMatchObject({ "http.request.method": method, "http.response.status_code": status });
    expect(span?.status.code).toBe(SpanStatusCode.UNSET);
  });

  test("503 is an error", async () => {
    set((_request, response) => {
      response.statusCode = 503;
      response.end();
    });
    await ask(running(), "/raw/status");
    const [span] = await spans(1);
    expect(span?.status.code).toBe(SpanStatusCode.ERROR);
    expect(span?.attributes["error.type"]).toBe("503");
  });

  test("a response in pieces ends the span with its last one", async () => {
    const held: ServerResponse[] = [];
    set((_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("data: 1\n\n");
      held.push(response);
    });
    const request = begin(running(), "/raw/events");
    request.end();
    const [response] = await once(request, "response");
    await once(response, "data");
    await spans(0);
    held[0]?.end("data: 2\n\n");
    response.resume();
    await once(response, "end");
    await spans(1);
  });

  test.each([true, false])("a stream of events that the client closes is no error, setHeader %s", async (early) => {
    set((_request, response) => {
      if (early) response.setHeader("content-type", "text/event-stream; charset=utf-8");
      response.writeHead(200, early ? {} : { "Content-Type": "text/event-stream" });
      response.write("data: 1\n\n");
    });
    const request = begin(running(), "/raw/events").on("error", () => {});
    request.end();
    const [response] = await once(request, "response");
    response.on("error", () => {});
    await once(response, "data");
    await spans(0);
    request.destroy();
    const [span] = await spans(1);
    expect(span?.status.code).toBe(SpanStatusCode.UNSET);
    expect(span?.attributes["error.type"]).toBeUndefined();
    if (can("status of a broken response")) expect(span?.attributes["http.response.status_code"]).toBe(200);
  });

  test("a client that goes away is an error, once", async () => {
    let arrived = (): void => {};
    const there = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    let closed = 0;
    set((_request, response) => {
      response.on("close", () => {
        closed += 1;
      });
      arrived();
    });
    const request = begin(running(), "/raw/abort").on("error", () => {});
    request.end();
    await there;
    request.destroy();
    const [span] = await spans(1);
    expect(closed).toBe(1);
    expect(span?.attributes["error.type"]).toBe("aborted");
    expect(span?.attributes["http.response.status_code"]).toBeUndefined();
    expect(span?.status.code).toBe(SpanStatusCode.ERROR);
  });

  test("a response that breaks off is an error, with the status that was sent", async () => {
    set((_request, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("half", () => setImmediate(() => response.destroy()));
    });
    await expect(ask(running(), "/raw/broken")).rejects.toThrow();
    const [span] = await spans(1);
    expect(span?.attributes["error.type"]).toBe("aborted");
    if (can("status of a broken response")) expect(span?.attributes["http.response.status_code"]).toBe(200);
  });

  test("a large upload arrives whole", async () => {
    set(async (request, response) => {
      let size = 0;
      for await (const chunk of request) size += (chunk as Buffer).length;
      response.end(String(size));
    });
    const body = Buffer.alloc(3_000_000, "x");
    const { text } = await ask(running(), "/raw/upload", {
      method: "POST",
      body,
      headers: { "content-type": "x/raw" },
    });
    expect(text).toBe("3000000");
    await spans(1);
  });

  test("an answer before the body is read ends the span, whether or not the body ever ends", async () => {
    set((_request, response) => {
      response.writeHead(413, { connection: "close" });
      response.end("too large");
    });
    const request = begin(running(), "/raw/early", { method: "POST", headers: { "content-type": "x/raw" } });
    request.on("error", () => {});
    request.write("x");
    const [response] = await once(request, "response");
    expect(response.statusCode).toBe(413);
    response.resume();
    expect((await spans(1))[0]?.attributes["http.response.status_code"]).toBe(413);
    request.destroy();
  });

  test("Expect: 100-continue", async () => {
    set(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      response.end(body);
    });
    const headers = { expect: "100-continue", "content-type": "x/raw", "content-length": "4" };
    const request = begin(running(), "/raw/expect", { method: "POST", headers });
    request.flushHeaders();
    await once(request, "continue");
    request.end("body");
    const [response] = await once(request, "response");
    let text = "";
    for await (const chunk of response) text += chunk;
    expect(text).toBe("body");
    expect((await spans(1))[0]?.attributes["http.response.status_code"]).toBe(200);
  });

  where("HTTP/1.1")("garbage in the headers is served normally", async () => {
    set((_request, response) => response.end("ok"));
    const garbage = `b3: \xff\xfe constructor\r\nx-b3-traceid: __proto__\r\nx-b3-sampled: maybe\r\ntraceparent: 00-zz`;
    const text = await askRaw(
      running(),
      `GET /raw/garbage HTTP/1.1\r\nhost: h\r\nconnection: close\r\n${garbage}\r\n\r\n`,
    );
    expect(text).toContain("200 OK");
    await spans(1);
  });
}
