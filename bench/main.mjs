// Prints the tables of docs/benchmarks.md: `npm run bench -- [benchmarks] [--write] [--quick]`.
// With `--profile`, "server" writes CPU profiles of meshtrace instead.

import { exporters } from "../packages/core/bench/exporters.mjs";
import { messages } from "../packages/core/bench/messages.mjs";
import { propagation } from "../packages/core/bench/propagation.mjs";
import { coldStart } from "../packages/http-middleware/bench/cold-start.mjs";
import { frameworks } from "../packages/http-middleware/bench/frameworks.mjs";
import { losses } from "../packages/http-middleware/bench/losses.mjs";
import { profile } from "../packages/http-middleware/bench/profile.mjs";
import { server } from "../packages/http-middleware/bench/server.mjs";
import { silentCollector } from "../packages/http-middleware/bench/silent-collector.mjs";
import { size } from "../packages/http-middleware/bench/size.mjs";
import { writeFigures } from "./figures.mjs";
import { show, writeResult } from "./table.mjs";

const benchmarks = {
  propagation,
  messages,
  exporters,
  losses,
  "silent-collector": silentCollector,
  server,
  frameworks,
  "cold-start": coldStart,
  size,
};
const FLAGS = ["--write", "--quick", "--profile"];

const words = process.argv.slice(2);
const flags = words.filter((word) => word.startsWith("--"));
const named = words.filter((word) => !word.startsWith("--"));
const unknown = [
  ...named.filter((name) => !Object.hasOwn(benchmarks, name)),
  ...flags.filter((flag) => !FLAGS.includes(flag)),
];
if (unknown.length > 0) {
  const known = `Benchmarks: ${Object.keys(benchmarks).join(", ")}; ${FLAGS.join(", ")}`;
  console.error(`unknown: ${unknown.join(", ")}. ${known}`);
  process.exit(2);
}

const quick = flags.includes("--quick");
if (flags.includes("--profile")) {
  if (named.some((name) => name !== "server")) {
    console.error("--profile works with the server benchmark only");
    process.exit(2);
  }
  for (const result of await profile({ quick })) console.log(`\n${show(result)}`);
} else {
  for (const name of named.length > 0 ? named : Object.keys(benchmarks)) {
    const result = await benchmarks[name]({ quick });
    console.log(`\n${show(result)}`);
    if (flags.includes("--write")) writeResult(name, result);
  }
  if (flags.includes("--write")) writeFigures();
}
