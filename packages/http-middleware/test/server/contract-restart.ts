/** Nothing of a stranger's trace goes on where a new one begins; `x-request-id` does. */
import type { IncomingHttpHeaders } from "node:http";
import { context, SpanKind, trace } from "@opentelemetry/api";
import { describe, expect, test } from "vitest";
import { tracedFetch } from "../../src/index.js";
import { ask } from "./asking.js";
import type { Contract } from "./contract.js";
import { INCOMING, listen, type Running, spans, TRACE } from "./service.js";

const SPAN = INCOMING["x-b3-spanid"];
const VENDORS = {
  "x-ot-span-context": `${TRACE};${SPAN};0000000000000000;cs`,
  "grpc-trace-bin": "AACA8Zjuj1Q0OoZP6ItXPTr37/8B41e1ouTYa9EC/w",
  "x-cloud-trace-context": `${TRACE}/1;o=1`,
  "x-datadog-trace-id": "7277407061855694839",
  "x-datadog-parent-id": "16453819474850114513",
  "x-datadog-sampling-priority": "2",
  "x-datadog-tags": "_dd.p.tid=80f198ee56343ba8",
  "x-datadog-origin": "rum",
  sw8: "1-c3RyYW5nZXI=-c3RyYW5nZXI=-1-c2VydmljZQ==-aW5zdGFuY2U=-L2VuZA==-bmV4dA==",
};
const W3C = { traceparent: `00-${TRACE}-${SPAN}-03`, tracestate: "stranger=1,other=2", baggage: "user=stranger" };

/** Headers of strangers, of which none must go on but the request ID. */
const STRANGERS: readonly [name: string, headers: Record<string, string>][] = [
  ["B3", { ...INCOMING, ...VENDORS }],
  ["B3, single", { b3: `${TRACE}-${SPAN}-0-05e3ac9a4f6e3b90`, ...VENDORS }],
  ["B3 with debug", { ...INCOMING, "x-b3-flags": "1", ...VENDORS }],
  ["both families", { ...INCOMING, ...W3C, ...VENDORS }],
  ["traceparent", { ...W3C, ...VENDORS }],
  ["a decision alone: no", { "x-b3-sampled": "0", ...VENDORS }],
  ["a decision alone: b3", { b3: "0", ...VENDORS }],
  ["a decision alone: debug", { "x-b3-flags": "1", ...VENDORS }],
  ["vendors' contexts and baggage alone", { baggage: W3C.baggage, ...VENDORS }],
  [
    "nothing well-formed",
    { "x-b3-traceid": "no", b3: "constructor", traceparent: "00-zz", tracestate: "=", ...VENDORS },
  ],
];

const REQUEST_ID = { "x-request-id": INCOMING["x-request-id"] };

export function restartTests({ withOptions }: Contract): void {
  describe.each(STRANGERS)("%s of a stranger", (_name, headers) => {
    const sent = { ...headers, ...REQUEST_ID };

    test("trust: restart", async () => {
      const received = await callsOf((handler) => withOptions({ trust: "restart" }, handler), "/raw/restart", sent);
      const [server, client] = (await spans(2)).sort((one, two) => one.kind - two.kind);
      const { traceId } = server?.spanContext() ?? {};
      expect(server?.kind).toBe(SpanKind.SERVER);
      expect(traceId).not.toBe(TRACE);
      expect(server?.parentSpanContext).toBeUndefined();
      expect(traceHeaders(received)).toEqual({
        "x-b3-traceid": traceId,
        "x-b3-spanid": client?.spanContext().spanId,
        "x-b3-parentspanid": server?.spanContext().spanId,
        "x-b3-sampled": "1",
        traceparent: `00-${traceId}-${client?.spanContext().spanId}-01`,
        tracestate: `meshtrace=${client?.spanContext().spanId}`,
        ...REQUEST_ID,
      });
    });

    test("trust: restart, of a request that is only forwarded", async () => {
      const options = { trust: "restart", ignore: () => true } as const;
      const received = await callsOf((handler) => withOptions(options, handler), "/raw/ignored", sent, false);
      expect(traceHeaders(received)).toEqual(REQUEST_ID);
      await spans(0);
    });

    test("trust: ignore", async () => {
      const received = await callsOf((handler) => withOptions({ trust: "ignore" }, handler), "/raw/ignore", sent);
      const { traceId } = (await spans(2))[0]?.spanContext() ?? {};
      expect(traceId).not.toBe(TRACE);
      expect(Object.keys(traceHeaders(received)).sort()).toEqual(OWN);
      expect(received["x-b3-traceid"]).toBe(traceId);
      expect(received["tracestate"]).toBe(`meshtrace=${received["x-b3-spanid"]}`);
    });
  });

  test("a span that is a root of its own keeps nothing of the caller's trace", async () => {
    const received = await callsOf(
      (handler) => withOptions({}, handler),
      "/raw/root",
      { ...INCOMING, ...W3C, ...VENDORS },
      true,
      (call) => {
        const root = trace.getTracer("app").startSpan("root", { root: true }, context.active());
        return context.with(trace.setSpan(context.active(), root), call).finally(() => root.end());
      },
    );
    const all = await spans(3);
    const { traceId } = all.find(({ name }) => name === "root")?.spanContext() ?? {};
    expect(traceId).not.toBe(TRACE);
    const { baggage: _app, ...own } = traceHeaders(received);
    expect(Object.keys(own).sort()).toEqual(["traceparent", "tracestate", ...B3, "x-request-id"].sort());
    expect(own["x-b3-traceid"]).toBe(traceId);
    expect(own["traceparent"]).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
    expect(own["tracestate"]).toBe(`meshtrace=${own["x-b3-spanid"]}`);
  });
}

const B3 = ["x-b3-parentspanid", "x-b3-sampled", "x-b3-spanid", "x-b3-traceid"];
const OWN = ["traceparent", "tracestate", ...B3].sort();

/** Serves one request, whose handler calls another service. Returns the headers of that call. */
async function callsOf(
  start: (handler: (request: unknown, response: { end(): unknown }) => unknown) => Promise<Running>,
  path: string,
  headers: Record<string, string>,
  traced = true,
  around: (call: () => Promise<unknown>) => Promise<unknown> = (call) => call(),
): Promise<IncomingHttpHeaders> {
  let received: IncomingHttpHeaders = {};
  const next = await listen((request, response) => {
    received = request.headers;
    response.end();
  });
  const server = await start(async (_request, response) => {
    await around(async () => (await tracedFetch(`http://127.0.0.1:${next.port}`)).text());
    response.end();
  });
  expect((await ask(server, path, { headers })).status).toBe(200);
  next.close();
  if (!traced) await spans(0);
  return received;
}

/** Headers of a trace, of baggage and of other vendors. */
function traceHeaders(headers: IncomingHttpHeaders): Record<string, unknown> {
  const names = new Set([...Object.keys({ ...INCOMING, ...VENDORS, ...W3C }), "b3", "x-b3-flags"]);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => names.has(name)));
}
