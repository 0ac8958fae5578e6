// Spans that never reach a healthy collector when a server runs as fast as it can, with 200
// connections.
import { openServer } from "./measure-server.mjs";

const VARIANTS = {
  "meshtrace, Jaeger": { tracing: "meshtrace", exporter: "jaeger" },
  "meshtrace, Zipkin": { tracing: "meshtrace", exporter: "zipkin" },
  "OpenTelemetry 2.x, Jaeger over HTTP": { tracing: "opentelemetry", exporter: "jaeger" },
  "OpenTelemetry 2.x, Zipkin": { tracing: "opentelemetry", exporter: "zipkin" },
};

const WINDOWS = 2;

export async function losses({ quick }) {
  const requests = 256 * (quick ? 80 : 240);
  const sent = WINDOWS * requests;
  const rows = [];
  for (const [name, variant] of Object.entries(VARIANTS)) {
    const load = { sampled: true, requests, connections: 200, warmUpWindows: 1 };
    const opened = await openServer({ app: "http", ...variant }, load);
    for (let window = 0; window < WINDOWS; window += 1) await opened.measure();
    const lost = await opened.lost();
    await opened.close();
    rows.push([name, String(sent), String(lost), `${((lost / sent) * 100).toFixed(1)} %`]);
  }
  return {
    title: "Spans that never reached the collector, at full load with 200 connections",
    columns: ["", "ended", "lost", ""],
    rows,
  };
}
