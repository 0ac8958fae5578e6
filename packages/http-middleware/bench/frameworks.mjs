// CPU of the same small service on several frameworks: bare, with meshtrace, with OpenTelemetry's instrumentation.
import { inShuffledOrder, lowest } from "../../../bench/frame.mjs";
import { measureServer } from "./measure-server.mjs";

const APPS = {
  http: "node:http",
  fetch: "node:http with one outgoing fetch",
  express: "Express 5",
  koa: "Koa 3",
  fastify: "Fastify 5",
  hono: "Hono 4",
};
const TRACINGS = ["bare", "meshtrace", "opentelemetry"];
// There the adapter is traceHandler.
const WITHOUT_FRAMEWORK = ["http", "fetch"];
const tracingsOf = (app) => (WITHOUT_FRAMEWORK.includes(app) ? TRACINGS : [...TRACINGS, "handler"]);

export async function frameworks({ quick }) {
  const variants = Object.keys(APPS).flatMap((app) => tracingsOf(app).map((tracing) => `${app} ${tracing}`));
  const rounds = quick ? 1 : 3;
  const size = { windows: quick ? 6 : 12, requests: quick ? 1024 : 2048 };
  const results = await inShuffledOrder(variants, rounds, (variant) => {
    const [app, tracing] = variant.split(" ");
    return measureServer({ app, tracing, exporter: "zipkin" }, { sampled: true, ...size });
  });
  const least = (app, tracing) => lowest(results.get(`${app} ${tracing}`));
  const added = (app, tracing) => least(app, tracing) - least(app, "bare");
  const cell = (app, tracing) =>
    `${least(app, tracing).toFixed(0)} µs, ${(least(app, tracing) / least(app, "bare")).toFixed(2)}x`;
  const ofAdded = (app, other) => `${(added(app, "meshtrace") / added(app, other)).toFixed(2)}x`;
  return {
    title: "CPU of one sampled request by framework, exported to Zipkin, and as a multiple of the bare framework's",
    columns: [
      "",
      "bare",
      "meshtrace",
      "OpenTelemetry",
      "meshtrace adds, of what OpenTelemetry adds",
      "of what traceHandler around the framework adds",
    ],
    rows: Object.entries(APPS).map(([app, name]) => [
      name,
      `${least(app, "bare").toFixed(0)} µs`,
      cell(app, "meshtrace"),
      cell(app, "opentelemetry"),
      ofAdded(app, "opentelemetry"),
      WITHOUT_FRAMEWORK.includes(app) ? "" : ofAdded(app, "handler"),
    ]),
    notes: [
      `Lowest of ${rounds * size.windows} windows of ${size.requests} requests. OpenTelemetry: instrumentation-http, with -undici, ` +
        "-express and -koa, @fastify/otel and @hono/otel where they apply.",
      "traceHandler around the framework knows no routes; Hono takes a longer way for an app that has any middleware.",
    ],
  };
}
