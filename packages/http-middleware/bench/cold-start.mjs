// CPU of import and initialisation, each start in a fresh process.
import { inShuffledOrder, lowest, median, start } from "../../../bench/frame.mjs";
import { times } from "../../../bench/table.mjs";

const PROCESS = new URL("./cold-start-process.mjs", import.meta.url);

const NAMES = {
  "core zipkin": "@meshtrace/core, Zipkin (goal <= 0.30x of OpenTelemetry with Zipkin)",
  "core jaeger": "@meshtrace/core, Jaeger",
  zipkin: "OpenTelemetry 2.x with B3 and Zipkin",
  jaeger: "OpenTelemetry 2.x with B3 and Jaeger",
  both: "@meshtrace/core and http-middleware, Zipkin",
  "instrumented zipkin": "OpenTelemetry 2.x with B3, Zipkin and instrumentation-http",
  "instrumented jaeger": "OpenTelemetry 2.x with B3, Jaeger and instrumentation-http",
  api: "of it: importing OpenTelemetry's API",
  sdk: "of it: importing OpenTelemetry's API and SDK",
};

export async function coldStart({ quick }) {
  const results = await inShuffledOrder(Object.keys(NAMES), quick ? 5 : 25, async (variant) => {
    const started = await start(PROCESS, [variant]);
    try {
      return [await started.ask("measure")];
    } finally {
      await started.stop();
    }
  });
  const least = (variant) => lowest(results.get(variant)) / 1000;
  return {
    title: "CPU of import and initialisation in a fresh process",
    columns: ["", "CPU", "median", "of OpenTelemetry with Zipkin", "of OpenTelemetry with Jaeger"],
    rows: Object.entries(NAMES).map(([variant, name]) => {
      const peers = variant === "both" || variant.startsWith("instrumented") ? "instrumented " : "";
      return [
        name,
        `${least(variant).toFixed(0)} ms`,
        `${(median(results.get(variant)) / 1000).toFixed(0)} ms`,
        times(least(variant), least(`${peers}zipkin`)),
        times(least(variant), least(`${peers}jaeger`)),
      ];
    }),
    notes: [
      `Mean of the lowest fifth, and median, of ${results.get("zipkin").length} starts, up to the first turn of the event loop. ` +
        "The rows with instrumentation, and with http-middleware, compare among themselves.",
    ],
  };
}
