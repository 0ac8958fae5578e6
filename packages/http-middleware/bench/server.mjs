// CPU of a traced node:http server per request, against a hand-written minimum and against other
// tracers.
import { inTurns, lowest, median } from "../../../bench/frame.mjs";
import { times } from "../../../bench/table.mjs";
import { openServer } from "./measure-server.mjs";

const MINIMUM = { zipkin: "hand-written minimum, Zipkin", jaeger: "hand-written minimum, Jaeger" };
const GOAL = { true: "<= 1.10x", false: "<= 1.08x" };

const VARIANTS = {
  bare: { tracing: "bare" },
  [MINIMUM.zipkin]: { tracing: "minimum", exporter: "zipkin" },
  [MINIMUM.jaeger]: { tracing: "minimum", exporter: "jaeger" },
  "meshtrace, Zipkin": { tracing: "meshtrace", exporter: "zipkin" },
  "meshtrace, Jaeger": { tracing: "meshtrace", exporter: "jaeger" },
  "OpenTelemetry 2.x, Zipkin": { tracing: "opentelemetry", exporter: "zipkin" },
  "OpenTelemetry 2.x, Jaeger over HTTP": { tracing: "opentelemetry", exporter: "jaeger" },
  "OpenTelemetry 3.x, Zipkin": { tracing: "opentelemetry-3", exporter: "zipkin" },
  "jaeger-client, Jaeger over HTTP": { tracing: "jaeger-client", exporter: "jaeger" },
};

const [major, minor] = process.versions.node.split(".").map(Number);
const hasSdk3 = major > 22 || (major === 22 && minor >= 15);

export async function server({ quick }) {
  const names = Object.keys(VARIANTS).filter((name) => VARIANTS[name].tracing !== "opentelemetry-3" || hasSdk3);
  const size = quick ? { rounds: 1, windows: 10, requests: 2048 } : { rounds: 2, windows: 15, requests: 2048 };
  const lost = new Map();
  const measured = {};
  for (const sampled of [true, false]) measured[sampled] = await measure(names, { sampled, ...size, lost });
  const sent = size.rounds * size.windows * size.requests;
  const losses = [...lost]
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${name} ${((count / sent) * 100).toFixed(1)} %`);
  return {
    title: "CPU of a `node:http` server for one request, and as a multiple of the hand-written minimum's total",
    columns: [
      "",
      "sampled, exported",
      "median",
      `of the minimum (goal ${GOAL.true})`,
      "unsampled",
      "median",
      `of the minimum (goal ${GOAL.false})`,
    ],
    rows: names.map((name) => [name, ...cells(measured[true], name), ...cells(measured[false], name)]),
    notes: [
      `Mean of the lowest fifth, and median, of ${size.rounds * size.windows} windows of ${size.requests} requests in ${size.rounds} processes each, ` +
        "variants in turn; a window includes the export of its spans. 256 different requests of eight shapes.",
      "The minimum: AsyncLocalStorage, a joined span with validated IDs and the same attributes, no limits, retries or accounting. The goals are for meshtrace.",
      ...(losses.length > 0 ? [`Spans that never reached the collector under this load: ${losses.join(", ")}.`] : []),
    ],
  };
}

function measure(names, { sampled, rounds, windows, requests, lost }) {
  return inTurns(names, { rounds, windows }, async (name) => {
    const opened = await openServer({ app: "http", ...VARIANTS[name] }, { sampled, requests });
    return {
      measure: opened.measure,
      async close() {
        lost.set(name, (lost.get(name) ?? 0) + (await opened.lost()));
        await opened.close();
      },
    };
  });
}

function cells(results, name) {
  const { exporter = "zipkin" } = VARIANTS[name];
  const windows = results.get(name);
  const ratio = times(lowest(windows), lowest(results.get(MINIMUM[exporter])));
  return [`${lowest(windows).toFixed(1)} µs`, `${median(windows).toFixed(1)} µs`, ratio];
}
