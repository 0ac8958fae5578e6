// A message that is produced and consumed: by hand, by meshtrace, by OpenTelemetry's
// instrumentation.
import { inTurns, lowest, median, start } from "../../../bench/frame.mjs";

const PROCESS = new URL("./messages-process.cjs", import.meta.url);
const NAMES = {
  "hand-written": "hand-written, over meshtrace's tracer and propagator",
  meshtrace: "meshtrace: `produce` and `consume`",
  opentelemetry: "@opentelemetry/instrumentation-kafkajs, SDK 2.x, W3C headers alone",
};

export async function messages({ quick }) {
  const extent = quick ? { rounds: 1, windows: 6 } : { rounds: 3, windows: 20 };
  const results = await inTurns(Object.keys(NAMES), extent, async (name) => {
    const process = await start(PROCESS);
    await process.ask("open", name);
    await process.ask("measure", 20_000);
    return { measure: () => process.ask("measure", quick ? 5_000 : 10_000), close: () => process.stop() };
  });
  const minimum = lowest(results.get("hand-written"));
  return {
    title: "CPU of a sampled message, produced within a request and consumed by an async handler",
    columns: ["", "CPU", "median", ""],
    rows: Object.keys(NAMES).map((name) => {
      const times = results.get(name);
      const ratio = (lowest(times) / minimum).toFixed(2);
      return [
        NAMES[name],
        `${(lowest(times) / 1000).toFixed(1)} µs`,
        `${(median(times) / 1000).toFixed(1)} µs`,
        `${ratio}x`,
      ];
    }),
    notes: ["The client is a stand-in with the interface of kafkajs: no broker is measured."],
  };
}
