// CPU of the same small service on several frameworks: bare, with meshtrace, with OpenTelemetry's
// instrumentation.
import { inTurns, lowest } from "../../../bench/frame.mjs";
import { times } from "../../../bench/table.mjs";
import { openServer } from "./measure-server.mjs";

// Where no framework adds an adapter, meshtrace is compared with a minimum that does the same.
const APPS = {
  http: { name: "node:http", tracings: ["bare", "minimum", "meshtrace", "opentelemetry"] },
  fetch: { name: "node:http with one outgoing fetch", tracings: ["bare", "minimum", "meshtrace", "opentelemetry"] },
  express: { name: "Express 5", tracings: ["bare", "handler", "meshtrace", "opentelemetry"] },
  koa: { name: "Koa 3", tracings: ["bare", "handler", "meshtrace", "opentelemetry"] },
  fastify: { name: "Fastify 5", tracings: ["bare", "handler", "meshtrace", "opentelemetry"] },
  hono: { name: "Hono 4", tracings: ["bare", "handler", "meshtrace", "opentelemetry"] },
};

export async function frameworks({ quick }) {
  const size = quick ? { rounds: 1, windows: 8, requests: 1024 } : { rounds: 2, windows: 10, requests: 1024 };
  const rows = [];
  for (const app of Object.keys(APPS)) rows.push(rowOf(app, await measure(app, size)));
  return {
    title: "CPU of one sampled request by framework, exported to Zipkin, and as a multiple of the bare framework's",
    columns: [
      "",
      "bare",
      "hand-written minimum",
      "meshtrace",
      "OpenTelemetry 2.x",
      "meshtrace, of the minimum's total (goal <= 1.10x)",
      "meshtrace adds, of what traceHandler adds there (goal <= 1.15x)",
      "of what OpenTelemetry adds",
    ],
    rows,
    notes: [
      `Mean of the lowest fifth of ${size.rounds * size.windows} windows of ${size.requests} requests, variants of a framework in turn. ` +
        "OpenTelemetry: instrumentation-http, with -undici, -express and -koa, @fastify/otel and @hono/otel where they apply.",
      "traceHandler around the framework knows no routes; Hono takes a longer path for an app that has any middleware.",
    ],
  };
}

function measure(app, { rounds, windows, requests }) {
  return inTurns(APPS[app].tracings, { rounds, windows }, (tracing) =>
    openServer({ app, tracing, exporter: "zipkin" }, { sampled: true, requests }),
  );
}

function rowOf(app, results) {
  const least = (tracing) => lowest(results.get(tracing));
  const added = (tracing) => least(tracing) - least("bare");
  const cell = (tracing) => `${least(tracing).toFixed(0)} µs, ${times(least(tracing), least("bare"))}`;
  const { name, tracings } = APPS[app];
  const has = (tracing) => tracings.includes(tracing);
  return [
    name,
    `${least("bare").toFixed(0)} µs`,
    has("minimum") ? cell("minimum") : "",
    cell("meshtrace"),
    cell("opentelemetry"),
    has("minimum") ? times(least("meshtrace"), least("minimum")) : "",
    has("handler") ? times(added("meshtrace"), added("handler")) : "",
    times(added("meshtrace"), added("opentelemetry")),
  ];
}
