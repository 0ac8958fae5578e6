/** What the report says of incoming requests. */
import { initTracing, type TracingOptions } from "@meshtrace/core";
import { InMemorySpanExporter } from "@opentelemetry/sdk-trace-node";
import { afterEach, expect, test } from "vitest";
import { SPAN_ID, TRACE_ID } from "../../../core/test/kit/incoming-headers.js";
import { traceWebHandler } from "../../src/server/adapters/web.js";

let tracing: ReturnType<typeof initTracing>;
afterEach(() => tracing.shutdown());

const B3 = { "x-b3-traceid": TRACE_ID, "x-b3-spanid": SPAN_ID };

async function counts(headers: Record<string, string>, options: TracingOptions = {}, path = "/orders") {
  tracing = initTracing({ exporter: new InMemorySpanExporter(), logLevel: "none", ...options });
  const handler = traceWebHandler(async () => new Response("hi"));
  await (await handler(new Request(`http://shop${path}`, { headers }))).text();
  const { received, ...outcomes } = tracing.report().requests;
  return { received, ...Object.fromEntries(Object.entries(outcomes).filter(([, count]) => count > 0)) };
}

test.each<[string, Record<string, string>, TracingOptions | undefined, Record<string, number>]>([
  ["no headers", {}, undefined, { started: 1 }],
  ["B3, sampled", { ...B3, "x-b3-sampled": "1" }, undefined, { joined: 1 }],
  ["B3, deferred", B3, undefined, { joined: 1 }],
  ["B3 without shared spans", { ...B3, "x-b3-sampled": "1" }, { sharedSpan: false }, { continued: 1 }],
  ["traceparent", { traceparent: `00-${TRACE_ID}-${SPAN_ID}-01` }, undefined, { continued: 1 }],
  ["B3, unsampled", { ...B3, "x-b3-sampled": "0" }, undefined, { unsampledByCaller: 1 }],
  ["a decision alone", { "x-b3-sampled": "0" }, undefined, { unsampledByCaller: 1 }],
  ["traceparent, unsampled", { traceparent: `00-${TRACE_ID}-${SPAN_ID}-00` }, undefined, { unsampledByCaller: 1 }],
  ["no headers, and a sampler that drops", {}, { sampler: 0 }, { unsampledBySampler: 1 }],
  ["B3, deferred, and a sampler that drops", B3, { sampler: 0 }, { unsampledBySampler: 1 }],
  ["trust restart", { ...B3, "x-b3-sampled": "1" }, { trust: "restart" }, { started: 1 }],
  ["tracing that is off", B3, { disabled: true }, { forwarded: 1 }],
])("%s", async (_name, headers, options, expected) => {
  expect(await counts(headers, options)).toEqual({ received: 1, ...expected });
});

test("a probe is forwarded", async () => {
  expect(await counts({ ...B3, "x-b3-sampled": "1" }, {}, "/healthz")).toEqual({ received: 1, forwarded: 1 });
});

test.each([
  ["a UUID", "ec219ebe-5bfd-918f-a8aa-ff14b5843aa7", {}],
  ["another ID", "mine", { "x-request-id": 1 }],
])("an x-request-id that is %s", async (_, id, malformed) => {
  await counts({ "x-request-id": id });
  expect(tracing.report().headersMalformed).toEqual(malformed);
});
