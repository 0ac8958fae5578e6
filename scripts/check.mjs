// What must hold of the code without running it. Every step runs, also after one that failed.
import { spawnSync } from "node:child_process";
import { performance } from "node:perf_hooks";
import { LIBRARIES } from "./build-library.mjs";
import { packLibraries } from "./pack.mjs";

const bin = (name) => `node_modules/.bin/${name}`;
const packages = [...LIBRARIES.map((library) => `${library}/src`), "packages/examples"];

/** Name, and the commands that must all end with 0. */
const steps = async () => [
  ["types", [bin("tsc"), "-p", "tsconfig.test.json"]],
  ["format and lint", [bin("biome"), "check", "--error-on-warnings", "."]],
  [
    "dependency rules",
    [bin("depcruise"), ...packages, "--config", ".dependency-cruiser.cjs"],
    [process.execPath, "scripts/source-rules.mjs"],
  ],
  ["prose", [process.execPath, "scripts/prose-rules.mjs"]],
  ["unused code", [bin("knip")]],
  [
    "packages as published",
    ...(await packLibraries()).flatMap((tarball) => [
      [bin("publint"), "run", "--strict", tarball],
      [bin("attw"), "--profile", "node16", tarball],
    ]),
  ],
  ["reference", [bin("typedoc"), "--emit", "none"]],
  ["sizes", [bin("size-limit")]],
];

/**
 * Runs every step, prints one line for each and the output of those that failed. Returns whether
 * all passed.
 */
export async function check(say) {
  const failed = [];
  for (const [name, ...commands] of await steps()) {
    const start = performance.now();
    const outputs = commands.map(([program, ...args]) => spawnSync(program, args, { encoding: "utf8" }));
    const wrong = outputs.filter(({ status }) => status !== 0);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    say(`check: ${name}: ${wrong.length === 0 ? "passed" : "FAILED"} (${seconds} s)`);
    for (const { stdout, stderr, error } of wrong)
      process.stdout.write(`${stdout ?? ""}${stderr ?? ""}${error ?? ""}\n`);
    if (wrong.length > 0) failed.push(name);
  }
  say(failed.length === 0 ? "check: all passed" : `check: failed: ${failed.join(", ")}`);
  return failed.length === 0;
}
