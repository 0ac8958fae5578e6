// CPU for one exported span, the whole way from the ended span to the answer of a collector, and
// how long an export holds the event loop.
import { createRequire } from "node:module";
import { setTimeout as sleep } from "node:timers/promises";
import { inShuffledOrder, lowest, median, start } from "../../../bench/frame.mjs";

const require = createRequire(import.meta.url);
const { COUNT, MARK } = require("./bench-spans.cjs");
const { NAMES } = require("./exporter-variants.cjs");

const PROCESS = new URL("./exporters-process.cjs", import.meta.url);
const COLLECTOR = new URL("../../../bench/collector.cjs", import.meta.url);
const DATAGRAMS = new URL("./datagrams.cjs", import.meta.url);

export async function exporters({ quick }) {
  const [http, udp] = await Promise.all([start(COLLECTOR, [MARK]), start(DATAGRAMS, [MARK])]);
  const ports = [String(await http.ask("port")), String(await udp.ask("port"))];
  try {
    return tableOf(await measureAll({ quick, http, udp, ports }));
  } finally {
    await Promise.all([http.stop(), udp.stop()]);
  }
}

/** Milliseconds by exporter, one number for each export. */
const holds = new Map();

function measureAll({ quick, http, udp, ports }) {
  return inShuffledOrder(NAMES, quick ? 1 : 3, async (name) => {
    const exporter = await start(PROCESS, [name, ...ports]);
    try {
      const before = await total(http, udp);
      await exporter.ask("once");
      await sleep(50);
      const arrived = (await total(http, udp)) - before;
      if (arrived !== COUNT) throw new Error(`${name}: ${arrived} of ${COUNT} spans arrived`);
      await exporter.ask("measure", 2, 100);
      holds.set(name, [...(holds.get(name) ?? []), ...(await exporter.ask("holds", quick ? 50 : 200))]);
      return await exporter.ask("measure", quick ? 5 : 10, 40);
    } finally {
      await exporter.stop();
    }
  });
}

function tableOf(results) {
  const times = (name, other) => `${(lowest(results.get(name)) / lowest(results.get(other))).toFixed(2)}x`;
  const versus = (name) =>
    name.includes("ipkin")
      ? ["hand-written Zipkin JSON", "@opentelemetry/exporter-zipkin"]
      : ["hand-written Thrift over HTTP", "@opentelemetry/exporter-jaeger, HTTP"];
  return {
    title: `CPU for one exported span (batches of ${COUNT} with ten attributes), and as a multiple of a hand-written exporter's and of OpenTelemetry's for the same backend`,
    columns: [
      "",
      "lowest windows",
      "median",
      "of hand-written",
      "of OpenTelemetry's",
      `longest hold by one export of ${COUNT}`,
    ],
    rows: NAMES.map((name) => [
      name,
      `${lowest(results.get(name)).toFixed(2)} µs`,
      `${median(results.get(name)).toFixed(2)} µs`,
      ...versus(name).map((other) => times(name, other)),
      `${median(holds.get(name)).toFixed(2)} ms`,
    ]),
    notes: [
      "meshtrace encodes each span when it ends; its rows include that, and read spans of its own tracer. All others get spans " +
        "of OpenTelemetry's SDK. A span of meshtrace's is a fifth larger for Zipkin than OpenTelemetry's, with both endpoints' " +
        "addresses. OTLP has no hand-written counterpart here: its multiples are those of Thrift.",
      "Hold: the longest time between two turns of the event loop while an export is under way, median of all exports.",
    ],
  };
}

let seen = 0;

/** Spans that have arrived so far, on either way. */
async function total(http, udp) {
  seen += await http.ask("spans");
  return seen + (await udp.ask("spans"));
}
