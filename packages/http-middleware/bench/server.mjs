// CPU of a traced node:http server for each request, against the bare one and against others' tracing.
import { inShuffledOrder, lowest, median } from "../../../bench/frame.mjs";
import { measureServer } from "./measure-server.mjs";

const VARIANTS = {
  bare: { tracing: "bare" },
  "hand-written minimum": { tracing: "minimum" },
  "meshtrace, Jaeger": { tracing: "meshtrace", exporter: "jaeger" },
  "meshtrace, Zipkin": { tracing: "meshtrace", exporter: "zipkin" },
  "OpenTelemetry, Jaeger over HTTP": { tracing: "opentelemetry", exporter: "jaeger" },
  "OpenTelemetry, Zipkin": { tracing: "opentelemetry", exporter: "zipkin" },
};

export async function server({ quick }) {
  const rounds = quick ? 1 : 3;
  const size = { windows: quick ? 8 : 15, requests: quick ? 2048 : 4096 };
  const lost = new Map();
  const measured = {};
  for (const sampled of [true, false]) {
    measured[sampled] = await inShuffledOrder(Object.keys(VARIANTS), rounds, (name) =>
      measureServer(
        { app: "http", ...VARIANTS[name] },
        { sampled, ...size, lost: (count) => lost.set(name, (lost.get(name) ?? 0) + count) },
      ),
    );
  }
  const sent = rounds * size.windows * size.requests;
  const losses = [...lost].filter(([, count]) => count > 0).map(([name, count]) => `${name} ${percent(count / sent)}`);
  return {
    title: "CPU of a `node:http` server for one request, and as a multiple of the bare server's",
    columns: ["", "sampled, exported", "median", "", "unsampled", "median", ""],
    rows: Object.keys(VARIANTS).map((name) => [name, ...cells(measured[true], name), ...cells(measured[false], name)]),
    notes: [
      `Lowest windows and medians of ${rounds * size.windows} windows of ${size.requests} requests, in ${rounds} processes each.`,
      ...(losses.length > 0 ? [`Spans that never reached the collector under this load: ${losses.join(", ")}.`] : []),
    ],
  };
}

function cells(results, name) {
  const windows = results.get(name);
  const ratio = lowest(windows) / lowest(results.get("bare"));
  return [`${lowest(windows).toFixed(1)} µs`, `${median(windows).toFixed(1)} µs`, `${ratio.toFixed(2)}x`];
}

const percent = (part) => `${(part * 100).toFixed(1)} %`;
