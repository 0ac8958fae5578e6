/**
 * Makes interleaved calls over each client, each in the context of its own request, and prints how
 * many arrived wrong.
 */
import { createRequire } from "node:module";
import * as grpc from "@grpc/grpc-js";
import { initTracing } from "@meshtrace/core";
import { tracedFetch } from "@meshtrace/http-middleware";
import { tracingClientInterceptor } from "@meshtrace/http-middleware/grpc";
import { instrumentHttp, tracedHttp } from "@meshtrace/http-middleware/http";
import { undiciTracing } from "@meshtrace/http-middleware/undici";
import { context, propagation, ROOT_CONTEXT } from "@opentelemetry/api";
import * as undici7 from "undici";
import { clients } from "./clients.mjs";

const { NEXT, GRPC_PORT, COUNT, ONLY } = process.env;

function explicitAdapters() {
  initTracing();
  instrumentHttp();
  return {
    fetch: tracedFetch,
    http: tracedHttp,
    adapt: (dispatcher) => dispatcher.compose(undiciTracing()),
    grpcInterceptors: [tracingClientInterceptor()],
  };
}

const all = clients({
  url: NEXT,
  grpcPort: GRPC_PORT,
  undicis: {
    "undici 6": createRequire(import.meta.url)("undici6"),
    "undici 7": undici7,
    ...(Number(process.versions.node.split(".")[0]) < 22 ? {} : { "undici 8": await import("undici8") }),
  },
  grpc,
  adapters: process.argv[2] === "register" ? {} : explicitAdapters(),
});

const hex = (index, length) => (index + 1).toString(16).padStart(length, "a");

async function fault(call, index) {
  const explicit = index % 3 === 0;
  const incoming = {
    "x-b3-traceid": hex(index, 32),
    "x-b3-spanid": hex(index, 16),
    "x-b3-sampled": "1",
    "x-request-id": `rid-${index}`,
    "end-user": explicit ? `incoming-${index}` : `user-${index}`,
  };
  const expected = {
    "x-index": String(index),
    "x-b3-traceid": incoming["x-b3-traceid"],
    "x-b3-parentspanid": incoming["x-b3-spanid"],
    "x-request-id": incoming["x-request-id"],
    "end-user": `user-${index}`,
  };
  const headers = { "x-index": String(index), ...(explicit ? { "end-user": `user-${index}` } : {}) };
  const extracted = propagation.extract(ROOT_CONTEXT, incoming);
  const received = JSON.parse(await context.with(extracted, () => call(headers)));
  const wrong = Object.entries(expected).filter(([name, value]) => received[name] !== value);
  return wrong.length === 0
    ? undefined
    : wrong.map(([name, value]) => `${name}: ${received[name]}, not ${value}`).join();
}

for (const [name, make] of Object.entries(all)) {
  if (ONLY !== undefined && !name.includes(ONLY)) continue;
  const faults = [];
  for (const connections of [1, 2, 3, 4]) {
    const call = await make(connections);
    const calls = Array.from({ length: Number(COUNT) / 4 }, (_, index) => fault(call, index));
    faults.push(...(await Promise.all(calls)).filter((one) => one !== undefined));
  }
  console.log(JSON.stringify({ name, wrong: faults.length, first: faults[0] }));
}
process.exit();
