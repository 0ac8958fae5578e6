/** How a call ends, and what its span says of that. */
import { SpanStatusCode } from "@opentelemetry/api";
import { expect, test } from "vitest";
import type { Contract } from "./contract.js";
import { closed, serve, spans } from "./target.js";

export function endTests({ call, where }: Contract): void {
  test.each([404, 503])("status %d is an error of the call", async (status) => {
    const url = await serve((_request, response) => void response.writeHead(status).end("no"));
    const answer = await call(url);
    expect([answer.status, await answer.text()]).toEqual([status, "no"]);
    const [span] = await spans(1);
    expect(span?.status.code).toBe(SpanStatusCode.ERROR);
    expect(span?.attributes).toMatchObject({ "http.response.status_code": status, "error.type": String(status) });
  });

  test.each([
    ["HEAD", 200],
    ["GET", 204],
    ["GET", 304],
  ])("%s with %d has no body, and ends", async (method, status) => {
    const url = await serve((_request, response) => void response.writeHead(status).end());
    expect((await call(url, { method })).status).toBe(status);
    const [span] = await spans(1);
    expect(span?.attributes["http.response.status_code"]).toBe(status);
  });

  test("no server listens: the client's own error, and the span has its code", async () => {
    await expect(call(await closed())).rejects.toThrow();
    const [span] = await spans(1);
    expect(span?.attributes["error.type"]).toBe("ECONNREFUSED");
    expect(span?.status.code).toBe(SpanStatusCode.ERROR);
    expect(span?.events[0]?.name).toBe("exception");
  });

  test("a connection that breaks before the answer is an error", async () => {
    const url = await serve((request) => void request.socket.destroy());
    await expect(call(url, { method: "POST", body: "x" })).rejects.toThrow();
    const [span] = await spans(1);
    expect(span?.status.code).toBe(SpanStatusCode.ERROR);
    expect(span?.attributes["http.response.status_code"]).toBeUndefined();
  });

  where("streams")("the span ends when the body ends, not with the head", async () => {
    let finish = (): void => {};
    const url = await serve((_request, response) => {
      response.write("first ");
      finish = () => void response.end("last");
    });
    const answer = await call(url);
    await spans(0);
    finish();
    expect(await answer.text()).toBe("first last");
    await spans(1);
  });

  where("streams")("a body that is cancelled ends the span, and is no error", async () => {
    const url = await serve((_request, response) => void response.write("x".repeat(10_000)));
    await (await call(url)).cancel();
    const [span] = await spans(1);
    expect(span?.status.code).toBe(SpanStatusCode.UNSET);
    expect(span?.attributes["http.response.status_code"]).toBe(200);
  });

  where("streams")("a body that breaks off is an error", async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("half", () => setImmediate(() => response.destroy()));
    });
    await expect(call(url).then((answer) => answer.text())).rejects.toThrow();
    const [span] = await spans(1);
    expect(span?.status.code).toBe(SpanStatusCode.ERROR);
    expect(span?.attributes["http.response.status_code"]).toBe(200);
  });

  where("malformed URL")("a malformed URL: the client's own error, and no span", async () => {
    await expect(async () => call("http://[")).rejects.toThrow(/URL|parse/i);
    await spans(0);
  });
}
