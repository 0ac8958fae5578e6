// CPU profiles of meshtrace's server variant: `npm run bench -- server --profile`. Writes
// .cpuprofile files (Chrome's and VS Code's format), and returns a table of the hottest functions
// for each.
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { median } from "../../../bench/frame.mjs";
import { openServer } from "./measure-server.mjs";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const SHOWN = 25;
const REQUESTS = 4096;
const PROFILES = {
  "sampled, Zipkin": { app: "http", tracing: "meshtrace", exporter: "zipkin", sampled: true },
  "sampled, Jaeger": { app: "http", tracing: "meshtrace", exporter: "jaeger", sampled: true },
  unsampled: { app: "http", tracing: "meshtrace", exporter: "zipkin", sampled: false },
  "sampled with one outgoing fetch, Zipkin": { app: "fetch", tracing: "meshtrace", exporter: "zipkin", sampled: true },
};

export async function profile({ quick }) {
  const folder = mkdtempSync(join(tmpdir(), "meshtrace-profile-"));
  const tables = [];
  for (const [name, { sampled, ...variant }] of Object.entries(PROFILES)) {
    const windows = quick ? 3 : 10;
    const opened = await openServer(variant, { sampled, requests: REQUESTS });
    let recorded;
    const costs = [];
    try {
      await opened.server.ask("startProfile");
      for (let window = 0; window < windows; window += 1) costs.push(await opened.measure());
      recorded = await opened.server.ask("stopProfile");
    } finally {
      await opened.close();
    }
    const file = join(folder, `${name.replaceAll(/\W+/g, "-")}.cpuprofile`);
    writeFileSync(file, JSON.stringify(recorded));
    tables.push(tableOf(name, recorded, median(costs), file));
  }
  return tables;
}

/** `cost` is the CPU of one request in microseconds: samples have shares of it. */
function tableOf(name, recorded, cost, file) {
  const functions = hottest(recorded);
  const total = sumOf(functions);
  const micros = (samples) => `${((samples / total) * cost).toFixed(2)} µs`;
  const share = (samples) => `${((samples / total) * 100).toFixed(1)} %`;
  const inMeshtrace = sumOf(functions.filter(({ place }) => place.startsWith("packages/")));
  return {
    title: `Hottest functions by self time per request, ${name}`,
    columns: ["", "self time", "share", "file"],
    rows: functions.slice(0, SHOWN).map(({ label, samples, place }) => [label, micros(samples), share(samples), place]),
    notes: [
      `CPU of one request with the profiler's own: ${cost.toFixed(1)} µs, of which meshtrace's own functions take ${micros(inMeshtrace)}.`,
      file,
    ],
  };
}

const sumOf = (functions) => functions.reduce((sum, { samples }) => sum + samples, 0);

/**
 * Functions and their samples, hottest first. Samples are counted, not the time between them: that
 * would include the time when other processes had the CPU.
 */
function hottest({ nodes, samples }) {
  const frames = new Map(nodes.map((node) => [node.id, node.callFrame]));
  const found = new Map();
  for (const id of samples) {
    const frame = frames.get(id);
    if (frame.functionName === "(idle)") continue;
    const place = placeOf(frame);
    const label = frame.functionName || "(anonymous)";
    const key = `${label} ${place}`;
    const entry = found.get(key) ?? { label, place, samples: 0 };
    entry.samples += 1;
    found.set(key, entry);
  }
  return [...found.values()].sort((a, b) => b.samples - a.samples);
}

const maps = new Map();

/** The frame's source file and line, through the source map where there is one. */
function placeOf({ url, lineNumber, columnNumber }) {
  const file = url.startsWith("file:") ? fileURLToPath(url) : url;
  if (!file.startsWith("/")) return lineNumber < 0 ? "" : `${file}:${lineNumber + 1}`;
  if (!maps.has(file)) {
    const map = existsSync(`${file}.map`) ? JSON.parse(readFileSync(`${file}.map`, "utf8")) : undefined;
    maps.set(file, map && new SourceMap(map));
  }
  const entry = maps.get(file)?.findEntry(lineNumber, columnNumber);
  if (entry?.originalSource === undefined) return `${relative(ROOT, file)}:${lineNumber + 1}`;
  return `${relative(ROOT, resolve(dirname(file), entry.originalSource))}:${entry.originalLine + 1}`;
}
