/** Redirects to strangers, where the app replaces the propagator of the mesh. */
import { once } from "node:events";
import http, { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { initTracing } from "@meshtrace/core";
import { context, propagation, ROOT_CONTEXT, type TextMapPropagator, trace } from "@opentelemetry/api";
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from "@opentelemetry/core";
import { InMemorySpanExporter } from "@opentelemetry/sdk-trace-node";
import axios from "axios";
import followRedirects from "follow-redirects";
import got from "got";
import ky from "ky";
import nodeFetch from "node-fetch";
import superagent from "superagent";
import * as undici7 from "undici";
import * as undici6 from "undici6";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TRACE_ID } from "../../../core/test/kit/incoming-headers.js";
import { instrumentHttp, tracedHttp } from "../../src/client/http/http.js";
import { undiciTracing } from "../../src/client/undici/undici.js";
import { tracedFetch } from "../../src/index.js";

/** A vendor's format. As with most propagators, a context without a span removes nothing. */
const vendor: TextMapPropagator = {
  fields: () => ["x-vendor-trace"],
  extract: (extracted) => extracted,
  inject(injected, carrier, { set }) {
    const spanContext = trace.getSpanContext(injected);
    if (spanContext !== undefined) set(carrier, "x-vendor-trace", `${spanContext.traceId}/${spanContext.spanId}`);
  },
};

const tracing = initTracing({
  serviceName: "test",
  exporter: new InMemorySpanExporter(),
  shutdown: false,
  propagateTo: ["127.0.0.1"],
  propagators: new CompositePropagator({
    propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator(), vendor],
  }),
});

const near: IncomingHttpHeaders[] = [];
const far: IncomingHttpHeaders[] = [];
let stranger = "";
const toStranger = createServer((request, response) => {
  near.push(request.headers);
  response.writeHead(302, { location: stranger }).end("moved");
});
const strange = createServer((request, response) => {
  far.push(request.headers);
  response.setHeader("content-type", "text/plain");
  response.end("far");
});
const portOf = (server: http.Server): number => (server.address() as AddressInfo).port;

let undo = (): void => {};
beforeAll(async () => {
  for (const server of [toStranger, strange]) await once(server.listen(0, "127.0.0.1"), "listening");
  stranger = `http://localhost:${portOf(strange)}/`;
  undo = instrumentHttp();
});
afterAll(async () => {
  undo();
  for (const server of [toStranger, strange]) {
    server.closeAllConnections();
    server.close();
  }
  await tracing.shutdown();
});

type Headers = Record<string, string>;

const get = (module: Pick<typeof http, "get">, url: string, headers: Headers): Promise<string> =>
  new Promise((resolve, reject) => {
    module
      .get(url, { headers }, (response) => {
        let text = "";
        response.on("data", (chunk) => {
          text += chunk;
        });
        response.on("end", () => resolve(text));
      })
      .on("error", reject);
  });

const { Agent, interceptors } = undici7;
const first = new Agent().compose(undiciTracing(), interceptors.redirect({ maxRedirections: 5 }));
const last = new Agent().compose(interceptors.redirect({ maxRedirections: 5 }), undiciTracing());
const sixth = new undici6.Agent().compose(undiciTracing());
const following = new Agent().compose(interceptors.redirect({ maxRedirections: 5 }));
const textOf = async (response: Promise<{ text(): Promise<string> }>): Promise<string> => (await response).text();

const ways: [string, (url: string, headers: Headers) => Promise<string>][] = [
  ["follow-redirects over the traced node:http", (url, headers) => get(followRedirects.http as never, url, headers)],
  [
    "tracedHttp.from(follow-redirects)",
    (url, headers) => get(tracedHttp.from(followRedirects.http as never), url, headers),
  ],
  ["axios", async (url, headers) => (await axios.get(url, { headers })).data],
  ["got", (url, headers) => got(url, { headers }).text()],
  ["superagent", async (url, headers) => (await superagent.get(url).set(headers)).text],
  ["node-fetch", (url, headers) => textOf(nodeFetch(url, { headers }))],
  ["ky", (url, headers) => ky(url, { headers, fetch: tracedFetch }).text()],
  ["tracedFetch", (url, headers) => textOf(tracedFetch(url, { headers }))],
  [
    "tracedFetch.from(node-fetch)",
    (url, headers) => textOf(tracedFetch.from(nodeFetch as unknown as typeof fetch)(url, { headers })),
  ],
  [
    "tracedFetch.from(undici.fetch)",
    (url, headers) => textOf(tracedFetch.from(undici7.fetch as unknown as typeof fetch)(url, { headers })),
  ],
  [
    "tracedFetch.from(undici.fetch) over a dispatcher that follows redirects",
    (url, headers) =>
      textOf(
        tracedFetch.from(undici7.fetch as unknown as typeof fetch)(url, {
          headers,
          dispatcher: following,
        } as unknown as RequestInit),
      ),
  ],
  [
    "undici, redirects above",
    async (url, headers) => (await undici7.request(url, { dispatcher: first, headers })).body.text(),
  ],
  [
    "undici, redirects below",
    async (url, headers) => (await undici7.request(url, { dispatcher: last, headers })).body.text(),
  ],
  [
    "undici 6, maxRedirections",
    async (url, headers) =>
      (await undici6.request(url, { dispatcher: sixth, headers, maxRedirections: 5 } as never)).body.text(),
  ],
];

const COPIED = {
  traceparent: `00-${TRACE_ID}-e457b5a2e4d86bd1-01`,
  tracestate: "vendor=1",
  "x-vendor-trace": `${TRACE_ID}/e457b5a2e4d86bd1`,
};
const NAMES = ["traceparent", "tracestate", "x-vendor-trace", "baggage"];

for (const [kind, copied] of [
  ["", {}],
  [", with copied headers", COPIED],
] as const) {
  test.each(ways)(`%s removes the propagator's headers${kind}`, async (_name, ask) => {
    near.length = 0;
    far.length = 0;
    const traceState = trace.getSpanContext(
      new W3CTraceContextPropagator().extract(ROOT_CONTEXT, COPIED, {
        get: (carrier, name) => carrier[name as keyof typeof COPIED],
        keys: Object.keys,
      }),
    );
    const caller = propagation.setBaggage(
      trace.setSpanContext(ROOT_CONTEXT, traceState as NonNullable<typeof traceState>),
      propagation.createBaggage({ user: { value: "1" } }),
    );
    const url = `http://127.0.0.1:${portOf(toStranger)}/`;
    const text = await context.with(caller, () => ask(url, { ...copied, "x-own": "1" }));
    expect(text).toBe("far");
    expect(Object.keys(near[0] ?? {})).toEqual(expect.arrayContaining(NAMES));
    expect(near[0]?.["traceparent"]).not.toBe(COPIED.traceparent);
    expect(Object.keys(far[0] ?? {}).filter((name) => NAMES.includes(name))).toEqual([]);
    expect(far[0]?.["x-own"]).toBe("1");
  });
}
