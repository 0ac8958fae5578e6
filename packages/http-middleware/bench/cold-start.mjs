// CPU of import and initialisation, each start in a fresh process.
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { inShuffledOrder, lowest, median, start } from "../../../bench/frame.mjs";

const PROCESS = new URL("./cold-start-process.mjs", import.meta.url);
const CORE = fileURLToPath(new URL("../../core/dist/esm/index.js", import.meta.url));
// Beside the packages, where Node finds what stays outside.
const BUILT_IN = fileURLToPath(new URL("../dist/bench/core-with-sdk.mjs", import.meta.url));

const NAMES = {
  core: "@meshtrace/core, Jaeger",
  zipkin: "OpenTelemetry with B3 and Zipkin",
  jaeger: "OpenTelemetry with B3 and Jaeger",
  both: "@meshtrace/core and http-middleware, Jaeger",
  "instrumented zipkin": "OpenTelemetry with B3, Zipkin and instrumentation-http",
  "instrumented jaeger": "OpenTelemetry with B3, Jaeger and instrumentation-http",
  api: "of it: importing OpenTelemetry's API",
  sdk: "of it: importing OpenTelemetry's API and SDK",
  "built in": "@meshtrace/core with the used parts of the SDK built in",
};

export async function coldStart({ quick }) {
  await buildInSdk();
  const results = await inShuffledOrder(Object.keys(NAMES), quick ? 5 : 25, async (variant) => {
    const started = await start(PROCESS, [variant, BUILT_IN]);
    try {
      return [await started.ask("measure")];
    } finally {
      await started.stop();
    }
  });
  const least = (variant) => lowest(results.get(variant)) / 1000;
  const against = (variant, peer) => `${(least(variant) / least(peer)).toFixed(2)}x`;
  return {
    title: "CPU of import and initialisation in a fresh process",
    columns: ["", "CPU", "median", "of OpenTelemetry with Zipkin", "of OpenTelemetry with Jaeger"],
    rows: Object.entries(NAMES).map(([variant, name]) => {
      const peers = variant === "both" || variant.startsWith("instrumented") ? "instrumented " : "";
      return [
        name,
        `${least(variant).toFixed(0)} ms`,
        `${(median(results.get(variant)) / 1000).toFixed(0)} ms`,
        against(variant, `${peers}zipkin`),
        against(variant, `${peers}jaeger`),
      ];
    }),
    notes: [
      `Lowest and medians of ${results.get("core").length} starts. The rows with instrumentation compare among themselves. ` +
        "The last three say what the SDK's own import costs, and what leaving out its unused parts would save.",
    ],
  };
}

/** core and the parts of the SDK that it uses in one file; what a bundler would make of an app. */
function buildInSdk() {
  return build({
    entryPoints: [CORE],
    outfile: BUILT_IN,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    mainFields: ["module", "main"],
    // For the CommonJS packages among them.
    banner: {
      js: 'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);',
    },
    external: ["@opentelemetry/api", "@opentelemetry/exporter-*"],
    logLevel: "error",
  });
}
