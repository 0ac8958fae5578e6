/**
 * Makes interleaved calls over each client, each in the context of its own request and some in a
 * callback of another one, and prints how many arrived wrong.
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

/** Every seventh request came without forwarded headers: none of another request may go out. */
const isBare = (index) => index % 7 === 6;

/** The headers that a request brought. */
function incoming(index) {
  const ids = { "x-b3-traceid": hex(index, 32), "x-b3-spanid": hex(index, 16), "x-b3-sampled": "1" };
  return isBare(index) ? ids : { ...ids, "x-request-id": `rid-${index}`, "end-user": `came-${index}` };
}

/** The headers that the app sets on its call, some of them over those of the request. */
function own(index) {
  return {
    "x-index": String(index),
    ...(index % 3 === 0 ? { "end-user": `own-${index}` } : {}),
    ...(index % 4 === 1 ? { "x-request-id": `own-rid-${index}` } : {}),
  };
}

/** What must arrive. The request ID is the mesh's; of other forwarded headers the app's own go. */
function expected(index) {
  const came = incoming(index);
  const set = own(index);
  return {
    "x-index": String(index),
    "x-b3-traceid": came["x-b3-traceid"],
    "x-b3-parentspanid": came["x-b3-spanid"],
    "x-b3-sampled": "1",
    "x-request-id": came["x-request-id"] ?? set["x-request-id"],
    "end-user": set["end-user"] ?? came["end-user"],
  };
}

const faults = [];

function check(index, received) {
  const wrong = Object.entries(expected(index)).filter(([name, value]) => received[name] !== value);
  if (wrong.length > 0) faults.push(wrong.map(([name, value]) => `${name}: ${received[name]}, not ${value}`).join());
}

/**
 * Calls for one request, and in the callback of its answer for another one, and again for the
 * first.
 */
async function threeCalls(call, index, next) {
  await context.with(propagation.extract(ROOT_CONTEXT, incoming(index)), async () => {
    check(index, JSON.parse(await call(own(index))));
    const other = propagation.extract(ROOT_CONTEXT, incoming(next));
    const [first, second] = await Promise.all([context.with(other, () => call(own(next))), call(own(index))]);
    check(next, JSON.parse(first));
    check(index, JSON.parse(second));
  });
}

/** Far more than the connections: most calls wait. */
const IN_FLIGHT = 60;

async function callMany(call, count) {
  let started = 0;
  const worker = async () => {
    while (started < count) {
      const index = started;
      started += 3;
      await threeCalls(call, index, index + 1);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  return started;
}

for (const [name, make] of Object.entries(all)) {
  if (ONLY !== undefined && !name.includes(ONLY)) continue;
  faults.length = 0;
  let calls = 0;
  for (const connections of [1, 2, 3, 4]) calls += await callMany(await make(connections), Number(COUNT) / 4);
  console.log(JSON.stringify({ name, calls, wrong: faults.length, first: faults[0] }));
}
process.exit();
