/** Removing any one rule of the span makes the comparison with the SDK fail. */

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { context } from "@opentelemetry/api";
import { build } from "esbuild";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { AsyncLocalStorageContextManager } from "../../src/tracer/context-manager.js";
import { withClock } from "./differential-clock.js";
import { type Difference, differencesOf, unexpected } from "./differential-differences.js";
import { drive, type Seen, type Side } from "./differential-driver.js";
import { MUTATIONS, type Mutation } from "./differential-mutants.js";
import { type Scenario, scenarios } from "./differential-scenario.js";
import { COMPARISONS, type OurProvider, ourSide, sdkSide } from "./differential-sides.js";

const SEQUENCES = 1000;
const folder = new URL("../../src/tracer/", import.meta.url);
const require = createRequire(import.meta.url);

interface Sample {
  readonly sequences: readonly { readonly scenario: Scenario; readonly theirs: readonly Seen[] }[];
  readonly table: readonly Difference[];
  readonly ours: (provider: OurProvider) => Side;
}
const samples: Sample[] = [];

beforeAll(async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  withClock(() => {});
  for (const { line, name, profiles } of COMPARISONS) {
    if (!line.supported) continue;
    const sdk = await line.load();
    const theirs = sdkSide(sdk);
    for (const profile of profiles) {
      const drawn = fc.sample(scenarios(profile), { numRuns: SEQUENCES, seed: 7 });
      samples.push({
        sequences: drawn.map((scenario) => ({ scenario, theirs: drive(theirs, scenario) })),
        table: differencesOf(name),
        ours: (provider) => ourSide(provider, sdk),
      });
    }
  }
}, 120_000);
afterAll(() => context.disable());

/**
 * Returns the provider built from our sources with this change; without one, from the sources as
 * they are.
 */
async function providerOf(change?: Mutation): Promise<OurProvider> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("tracer-provider.ts", folder))],
    bundle: true,
    write: false,
    format: "cjs",
    platform: "node",
    external: ["@opentelemetry/api"],
    logLevel: "silent",
    plugins: [
      {
        name: "mutation",
        setup: ({ onLoad }) =>
          onLoad({ filter: /[\\/]src[\\/]tracer[\\/][\w-]+\.ts$/ }, async ({ path }) => {
            const text = await readFile(path, "utf8");
            if (change === undefined || !path.endsWith(`/${change.file}`)) return { contents: text, loader: "ts" };
            expect(text.split(change.source), `one place in ${change.file}`).toHaveLength(2);
            return { contents: text.replace(change.source, () => change.mutated), loader: "ts" };
          }),
      },
    ],
  });
  const module = { exports: {} as { TracerProvider: OurProvider } };
  new Function("module", "exports", "require", outputFiles[0]?.text ?? "")(module, module.exports, require);
  return module.exports.TracerProvider;
}

/**
 * Returns how many sequences it takes to find a difference; `undefined` when no sequence shows one.
 */
function sequencesToFind(provider: OurProvider): number | undefined {
  let count = 0;
  for (const { sequences, table, ours } of samples) {
    const side = ours(provider);
    for (const { scenario, theirs } of sequences) {
      count += 1;
      if (unexpected(theirs, drive(side, scenario), table).length > 0) return count;
    }
  }
  return undefined;
}

test("the sources as they are show no difference", async () => {
  expect(sequencesToFind(await providerOf())).toBeUndefined();
});

const has3 = COMPARISONS.some(({ line, name }) => name === "3.x" && line.supported);
test.each(MUTATIONS)("$rule", async (change) => {
  const provider = await providerOf(change);
  if (change.only3 && !has3) return;
  expect(sequencesToFind(provider)).toBeGreaterThan(0);
});
