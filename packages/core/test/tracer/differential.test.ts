/**
 * Our spans against those of OpenTelemetry's SDK: the same random calls, and everything that
 * processors, exporters, samplers and the caller see is equal, apart from a table of differences on
 * purpose.
 */
import { context } from "@opentelemetry/api";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AsyncLocalStorageContextManager } from "../../src/tracer/context-manager.js";
import { withClock } from "./differential-clock.js";
import { differencesOf, unexpected } from "./differential-differences.js";
import { drive, type Side } from "./differential-driver.js";
import { scenarios } from "./differential-scenario.js";
import { COMPARISONS, ourSide, sdkSide } from "./differential-sides.js";

const SEQUENCES = 10_000;
const seed = Number(process.env["DIFFERENTIAL_SEED"] ?? Math.floor(Math.random() * 2 ** 31));

beforeAll(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
afterAll(() => context.disable());

describe.each(COMPARISONS)("$line.name", ({ line, name, profiles }) => {
  let ours: Side;
  let theirs: Side;
  beforeAll(async () => {
    // Our clock keeps its references when it is loaded.
    withClock(() => {});
    const { TracerProvider } = await import("../../src/tracer/tracer-provider.js");
    const sdk = await line.load();
    [ours, theirs] = [ourSide(TracerProvider, sdk), sdkSide(sdk)];
  });

  const numRuns = SEQUENCES / profiles.length;
  test.skipIf(!line.supported).each(profiles)(
    `${numRuns} sequences with seed ${seed} (DIFFERENTIAL_SEED repeats it): $name`,
    (profile) => {
      const table = differencesOf(name);
      const property = fc.property(scenarios(profile), (scenario) => {
        expect(unexpected(drive(theirs, scenario), drive(ours, scenario), table)).toEqual([]);
      });
      fc.assert(property, { numRuns, seed });
    },
    300_000,
  );

  test.skipIf(!line.supported).each(differencesOf(name))("the difference still exists: $what", (difference) => {
    const others = differencesOf(name).filter((other) => other !== difference);
    const differs = fc.sample(scenarios(profiles[0] as (typeof profiles)[0]), { numRuns: 200, seed: 1 });
    expect(
      differs.some((scenario) => unexpected(drive(theirs, scenario), drive(ours, scenario), others).length > 0),
    ).toBe(true);
  });
});
