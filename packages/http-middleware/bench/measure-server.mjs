// One server between load and collector, each in its own process: CPU of the server per request, in
// microseconds.
import { equal } from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { start } from "../../../bench/frame.mjs";

const LOAD = new URL("../../../bench/load.cjs", import.meta.url);
const COLLECTOR = new URL("../../../bench/collector.cjs", import.meta.url);
const SERVER = new URL("./server-process.cjs", import.meta.url);

// Text that occurs once in each span of a batch.
const MARKS = { zipkin: '"traceId"', jaeger: "span.kind" };
const PATHS = { zipkin: "/api/v2/spans", jaeger: "/api/traces" };
const BODY = "hello world";
const QUIET_MS = 20;

/**
 * Starts the three processes, asserts answers and exported spans, and warms the server up.
 * `requests` is a multiple of 256, so that each window sends every request equally often. A window
 * ends when its spans are exported.
 */
export async function openServer(
  { app, tracing, exporter = "zipkin" },
  { sampled, requests, connections = 16, warmUpWindows = 4 },
) {
  const collector = await start(COLLECTOR, [MARKS[exporter]]);
  const endpoint = `http://127.0.0.1:${await collector.ask("port")}${PATHS[exporter]}`;
  const server = await start(SERVER, [app, tracing, exporter, endpoint]);
  const port = await server.ask("port");
  const load = await start(LOAD, [port, connections, sampled ? "sampled" : "unsampled"]);
  const close = () => Promise.all([load.stop(), server.stop(), collector.stop()]);
  let windows = 0;
  let spansPerWindow;

  async function runWindow() {
    await load.ask("run", requests);
    await server.ask("flush");
  }

  /**
   * Counts the spans that arrived, until no more come: not every tracer's flush waits for pending
   * exports.
   */
  async function arrived() {
    let sum = 0;
    for (let quiet = 0; quiet < 3; ) {
      const spans = await collector.ask("spans");
      sum += spans;
      quiet = spans > 0 ? 0 : quiet + 1;
      await pause(QUIET_MS);
    }
    return sum;
  }

  try {
    const texts = await load.ask("check", BODY);
    equal(requests % texts, 0);
    await server.ask("flush");
    // Instrumentations of frameworks make more than one span per request.
    const spans = await arrived();
    equal(spans > 0, sampled && tracing !== "bare");
    spansPerWindow = (spans / texts) * requests;
    for (let window = 0; window < warmUpWindows; window += 1) await runWindow();
    await arrived();
  } catch (error) {
    await close();
    throw error;
  }

  return {
    server,
    close,
    async measure() {
      windows += 1;
      const before = await server.ask("cpu");
      await runWindow();
      return ((await server.ask("cpu")) - before) / requests;
    },
    /** How many spans of the measured windows did not arrive. Call once, after the last window. */
    lost: async () => windows * spansPerWindow - (await arrived()),
  };
}
