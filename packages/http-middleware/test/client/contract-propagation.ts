/** What a call carries, and what the caller sees of it. */
import type { IncomingHttpHeaders } from "node:http";
import { SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { expect, test } from "vitest";
import type { Contract } from "./contract.js";
import { INCOMING, inRequest, recording, serve, spans, TRACE } from "./target.js";

export function propagationTests({ call, where }: Contract): void {
  test("one CLIENT span, whose IDs the next service gets", async () => {
    const [url, received] = await recording();
    const text = await inRequest(async () => (await call(`${url}/path`)).text());
    expect(text).toBe("there");
    const [span] = await spans(1);
    expect(span?.kind).toBe(SpanKind.CLIENT);
    expect(span?.name).toBe("GET");
    expect(span?.attributes).toMatchObject({
      "http.request.method": "GET",
      "http.response.status_code": 200,
      "server.address": "127.0.0.1",
      "server.port": Number(new URL(url).port),
      "url.full": `${url}/path`,
    });
    expect(span?.status.code).toBe(SpanStatusCode.UNSET);
    expect(received[0]).toMatchObject({
      "x-b3-traceid": TRACE,
      "x-b3-spanid": span?.spanContext().spanId,
      "x-b3-parentspanid": INCOMING["x-b3-spanid"],
      "x-b3-sampled": "1",
      "x-request-id": INCOMING["x-request-id"],
    });
  });

  where("connection")("the span names the connection that the call was sent over", async () => {
    const [url] = await recording();
    await (await call(url)).text();
    await (await call(url, { method: "POST", body: "x".repeat(100_000) })).text();
    for (const span of await spans(2)) {
      expect(span.attributes).toMatchObject({
        "network.protocol.version": "1.1",
        "network.peer.address": "127.0.0.1",
        "network.peer.port": Number(new URL(url).port),
      });
    }
  });

  test("outside of a request a trace starts here", async () => {
    const [url, received] = await recording();
    await (await call(url)).text();
    const [span] = await spans(1);
    expect(received[0]?.["x-b3-traceid"]).toBe(span?.spanContext().traceId);
    expect(received[0]?.["x-b3-parentspanid"]).toBeUndefined();
    expect(received[0]?.["traceparent"]).toContain(span?.spanContext().spanId);
  });

  test("unsampled: the decision goes on, and nothing is recorded", async () => {
    const [url, received] = await recording();
    await inRequest(async () => (await call(url)).text(), { ...INCOMING, "x-b3-sampled": "0" });
    expect(received[0]).toMatchObject({ "x-b3-traceid": TRACE, "x-b3-sampled": "0" });
    await spans(0);
  });

  test("headers of the set that the caller copied are replaced", async () => {
    const [url, received] = await recording();
    const copied = { ...INCOMING, b3: "0", "x-b3-spanid": "1111111111111111", "x-b3-flags": "1", "x-other": "kept" };
    await inRequest(async () => (await call(url, { headers: copied })).text());
    const [span] = await spans(1);
    expect(received[0]?.["x-b3-spanid"]).toBe(span?.spanContext().spanId);
    expect(received[0]?.["x-b3-parentspanid"]).toBe(INCOMING["x-b3-spanid"]);
    expect(received[0]?.["x-b3-flags"]).toBeUndefined();
    expect(received[0]?.["b3"]).toBeUndefined();
    expect(received[0]?.["x-other"]).toBe("kept");
  });

  test("method, body and other headers arrive as they were given", async () => {
    let got: { method: string | undefined; headers: IncomingHttpHeaders; body: string } | undefined;
    const url = await serve(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      got = { method: request.method, headers: request.headers, body };
      response.writeHead(201).end(String(body.length));
    });
    const body = "x".repeat(300_000);
    const answer = await call(url, { method: "PUT", body, headers: { "content-type": "text/x-own", accept: "a/b" } });
    expect([answer.status, await answer.text()]).toEqual([201, "300000"]);
    expect(got).toMatchObject({ method: "PUT", headers: { "content-type": "text/x-own", accept: "a/b" }, body });
    expect((await spans(1))[0]?.name).toBe("PUT");
  });

  test("the caller's span is the current one behind the call, and calls keep their own traces", async () => {
    const [url, received] = await recording();
    const one = (index: number): Promise<void> => {
      const id = (index + 1).toString(16).padStart(32, "a");
      const work = async (): Promise<void> => {
        const server = trace.getActiveSpan();
        const answer = await call(`${url}/${index}`);
        expect(trace.getActiveSpan()).toBe(server);
        await answer.text();
        expect(trace.getActiveSpan()).toBe(server);
      };
      return inRequest(work, { ...INCOMING, "x-b3-traceid": id });
    };
    await Promise.all(Array.from({ length: 100 }, (_, index) => one(index)));
    const all = await spans(100);
    expect(new Set(received.map((headers) => headers["x-b3-traceid"])).size).toBe(100);
    const bySpan = new Map(all.map((span) => [span.spanContext().spanId, span]));
    for (const headers of received) {
      const span = bySpan.get(String(headers["x-b3-spanid"]));
      expect(span?.spanContext().traceId).toBe(headers["x-b3-traceid"]);
      const index = Number(new URL(String(span?.attributes["url.full"])).pathname.slice(1));
      expect(headers["x-b3-traceid"]).toBe((index + 1).toString(16).padStart(32, "a"));
    }
  });
}
