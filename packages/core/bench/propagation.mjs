// extract + inject through OpenTelemetry's interface, over 256 requests of several clients.
import { lowest, median, start } from "../../../bench/frame.mjs";

const PROCESS = new URL("./propagation-process.cjs", import.meta.url);
const NAMES = {
  minimum: "hand-written minimum",
  meshtrace: "meshtrace",
  "propagator-b3": "@opentelemetry/propagator-b3",
};
const GETTERS = {
  default: "OpenTelemetry's default getter",
  esm: "of the API's other build",
  "api-1.9": "of API 1.9",
  adapter: "the adapters' getter",
};
const KINDS = ["traced", "untraced"];

export async function propagation({ quick }) {
  const results = {};
  for (let run = 0; run < (quick ? 1 : 5); run += 1) {
    const propagators = await start(PROCESS);
    try {
      await propagators.ask("check");
      await propagators.ask("measure", 4, 40);
      const measured = await propagators.ask("measure", quick ? 8 : 20, 40);
      for (const [variant, times] of Object.entries(measured)) {
        results[variant] ??= [];
        results[variant].push(...times);
      }
    } finally {
      await propagators.stop();
    }
  }
  const cells = (name, kind, getter) => {
    const times = results[`${name} ${kind} ${getter}`];
    const ratio = lowest(times) / lowest(results[`minimum ${kind} ${getter}`]);
    return [`${lowest(times).toFixed(0)} ns`, `${median(times).toFixed(0)} ns`, `${ratio.toFixed(2)}x`];
  };
  return {
    title: "extract + inject through OpenTelemetry's interface, and as a multiple of the hand-written minimum's",
    columns: ["", "whole header set", "median", "", "no tracing header", "median", ""],
    rows: Object.keys(GETTERS).flatMap((getter) =>
      Object.keys(NAMES).map((name) => [
        `${NAMES[name]}, ${GETTERS[getter]}`,
        ...KINDS.flatMap((kind) => cells(name, kind, getter)),
      ]),
    ),
    notes: ["propagator-b3 carries neither the parent's ID nor `x-request-id` and `x-ot-span-context`."],
  };
}
