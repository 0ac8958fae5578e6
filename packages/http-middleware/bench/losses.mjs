// Spans that never reach a healthy collector when a server runs as fast as it can, with 200 connections.
import { measureServer } from "./measure-server.mjs";

const VARIANTS = {
  "meshtrace, Jaeger": { tracing: "meshtrace", exporter: "jaeger" },
  "meshtrace, Zipkin": { tracing: "meshtrace", exporter: "zipkin" },
  "OpenTelemetry, Jaeger over HTTP": { tracing: "opentelemetry", exporter: "jaeger" },
  "OpenTelemetry, Zipkin": { tracing: "opentelemetry", exporter: "zipkin" },
};

export async function losses({ quick }) {
  const size = { windows: 2, requests: quick ? 20_000 : 60_000, connections: 200 };
  const sent = size.windows * size.requests;
  const rows = [];
  for (const [name, variant] of Object.entries(VARIANTS)) {
    let lost = 0;
    const count = (spans) => {
      lost = spans;
    };
    await measureServer({ app: "http", ...variant }, { sampled: true, ...size, lost: count });
    rows.push([name, String(sent), String(lost), `${((lost / sent) * 100).toFixed(1)} %`]);
  }
  return {
    title: "Spans that never reached the collector, at full load with 200 connections",
    columns: ["", "ended", "lost", ""],
    rows,
  };
}
