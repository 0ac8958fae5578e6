// Response times, memory and the count of spans when the collector stops answering under load.
import { equal } from "node:assert/strict";
import { start } from "../../../bench/frame.mjs";

const BENCH = new URL("../../../bench/", import.meta.url);
const SERVER = new URL("./server-process.cjs", import.meta.url);
const COLLECTORS = { healthy: ["collector.cjs", "span.kind"], silent: ["silent-collector.cjs"] };

export async function silentCollector({ quick }) {
  const seconds = quick ? 15 : 60;
  const rows = [];
  for (const name of Object.keys(COLLECTORS)) rows.push([`${name} collector`, ...(await measure(name, seconds))]);
  return {
    title: `A service at some 1 500 sampled requests a second, for ${seconds} seconds`,
    columns: ["", "requests", "median", "p99", "resident memory, at most", "exported", "lost and counted", "waiting"],
    rows,
    notes: [
      "Memory is bounded by the queue: 2 048 spans or 32 MiB, and what four pending exports hold. Every span is in one of the last three columns.",
    ],
  };
}

async function measure(name, seconds) {
  const [file, ...args] = COLLECTORS[name];
  const collector = await start(new URL(file, BENCH), args);
  const endpoint = `http://127.0.0.1:${await collector.ask("port")}/api/traces`;
  const server = await start(SERVER, ["http", "meshtrace", "jaeger", endpoint]);
  const load = await start(new URL("paced-load.cjs", BENCH), [await server.ask("port")]);
  let highest = 0;
  const watch = setInterval(async () => {
    highest = Math.max(highest, await server.ask("residentMemory"));
  }, 500);
  try {
    await load.ask("run", 5);
    const durations = await load.ask("run", seconds);
    const { ended, exported, failed, dropped, queued } = await server.ask("report");
    equal(exported + failed + dropped + queued, ended);
    const at = (share) => `${durations[Math.floor(durations.length * share)].toFixed(2)} ms`;
    const memory = `${(highest / 2 ** 20).toFixed(0)} MiB`;
    return [durations.length, at(0.5), at(0.99), memory, exported, failed + dropped, queued].map(String);
  } finally {
    clearInterval(watch);
    await Promise.all([load.stop(), server.stop(), collector.stop()]);
  }
}
