// extract + inject through OpenTelemetry's interface.
import { inShuffledOrder, lowest, median, start } from "../../../bench/frame.mjs";

const PROCESS = new URL("./propagation-process.cjs", import.meta.url);
const NAMES = {
  minimum: "hand-written minimum",
  meshtrace: "meshtrace",
  "propagator-b3": "@opentelemetry/propagator-b3",
};
const REQUESTS = ["traced", "untraced"];

export async function propagation({ quick }) {
  const variants = Object.keys(NAMES).flatMap((name) => REQUESTS.map((request) => `${name} ${request}`));
  const results = await inShuffledOrder(variants, quick ? 2 : 5, async (variant) => {
    const propagator = await start(PROCESS, variant.split(" "));
    try {
      await propagator.ask("check");
      await propagator.ask("measure", 4, 100_000);
      return await propagator.ask("measure", 20, 100_000);
    } finally {
      await propagator.stop();
    }
  });
  const cells = (name, request) => {
    const windows = results.get(`${name} ${request}`);
    const ratio = lowest(windows) / lowest(results.get(`minimum ${request}`));
    return [`${lowest(windows).toFixed(0)} ns`, `${median(windows).toFixed(0)} ns`, `${ratio.toFixed(2)}x`];
  };
  return {
    title: "extract + inject through OpenTelemetry's interface, and as a multiple of the hand-written minimum's",
    columns: ["", "whole header set", "median", "", "no tracing header", "median", ""],
    rows: Object.keys(NAMES).map((name) => [NAMES[name], ...REQUESTS.flatMap((request) => cells(name, request))]),
    notes: ["propagator-b3 carries neither the parent's ID nor `x-request-id` and `x-ot-span-context`."],
  };
}
