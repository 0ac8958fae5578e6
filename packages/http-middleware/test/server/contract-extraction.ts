/** From the headers on the wire to the span that is active in the handler. */
import { type SpanContext, SpanKind, trace } from "@opentelemetry/api";
import { describe, expect, test } from "vitest";
import { type HeaderValues, type VectorContext, vectors } from "../../../core/test/vectors.js";
import { ask, askRaw } from "./asking.js";
import type { Contract } from "./contract.js";
import { INCOMING, spans, TRACE } from "./service.js";

interface Row {
  readonly name: string;
  readonly headers: HeaderValues;
  readonly expected: VectorContext | null;
}

/** Header values that Node's own client sends as they stand (RFC 9110, section 5.5). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: what no client sends
const SENDABLE = /^[^\u0000-\u0008\u000a-\u001f\u007f\u0100-\uffff]*$/;
const rows = vectors<Row>("b3-extract.json").filter(({ headers }) =>
  Object.entries(headers).every(
    ([name, value]) => /^[a-z0-9-]+$/i.test(name) && [value].flat().every((one) => SENDABLE.test(one)),
  ),
);

export function extractionTests({ running, set, where }: Contract): void {
  test("joins the caller's span", async () => {
    let active: SpanContext | undefined;
    set((_request, response) => {
      active = trace.getActiveSpan()?.spanContext();
      response.end();
    });
    await ask(running(), "/raw/join?secret=1", { headers: INCOMING });
    expect(active).toMatchObject({ traceId: TRACE, spanId: INCOMING["x-b3-spanid"] });
    const [span] = await spans(1);
    // Exporters are given the shared span split: an ID of its own, below the caller's.
    expect(span?.spanContext().traceId).toBe(TRACE);
    expect(span?.parentSpanContext?.spanId).toBe(INCOMING["x-b3-spanid"]);
    expect(span?.kind).toBe(SpanKind.SERVER);
    expect(span?.attributes).toMatchObject({
      "http.request.method": "GET",
      "http.response.status_code": 200,
      "url.path": "/raw/join",
      "url.scheme": running().scheme ?? "http",
      "server.address": "127.0.0.1",
      "server.port": running().port,
      "guid:x-request-id": INCOMING["x-request-id"],
    });
    expect(JSON.stringify(span?.attributes)).not.toContain("secret");
  });

  describe("a vector of B3", () => {
    test.each(rows)("$name", async ({ headers, expected }) => {
      const seen: (SpanContext | undefined)[] = [];
      set((_request, response) => {
        seen.push(trace.getActiveSpan()?.spanContext());
        response.end();
      });
      expect((await ask(running(), "/raw/vector", { headers })).status).toBe(200);
      const [active] = seen;
      if (expected?.traceId) expect(active?.traceId).toBe(expected.traceId);
      if (expected?.spanId) expect(active?.spanId).toBe(expected.spanId);
      expect(active?.traceId).toMatch(/^(?!0+$)[0-9a-f]{32}$/);
      // The local sampler decides if no one else has.
      await spans(expected?.sampled === false ? 0 : 1);
    });
  });

  test("a header of 12 KB is one more that is malformed", async () => {
    set((_request, response) => response.end());
    expect((await ask(running(), "/raw/long", { headers: { ...INCOMING, b3: "0".repeat(12_000) } })).status).toBe(200);
    expect((await spans(1))[0]?.spanContext().traceId).toBe(TRACE);
  });

  where("HTTP/1.1")("2 000 headers are served, or refused by Node itself, whose limits differ", async () => {
    set((_request, response) => response.end("ok"));
    const own = Object.entries(INCOMING).map(([name, value]) => `${name}: ${value}\r\n`);
    const many = Array.from({ length: 1990 }, (_, index) => `${(index + 1296).toString(36)}:\r\n`);
    const head = `GET /raw/many HTTP/1.1\r\nhost: h\r\nconnection: close\r\n${own.join("")}${many.join("")}\r\n`;
    const [, status] = (await askRaw(running(), head)).split(" ");
    expect(["200", "400", "431"]).toContain(status);
    for (const span of await spans(status === "200" ? 1 : 0)) expect(span.spanContext().traceId).toBe(TRACE);
    // Whatever came of it, the next one is served.
    expect((await ask(running(), "/raw/next")).text).toBe("ok");
  });
}
