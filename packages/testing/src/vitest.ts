/**
 * @meshtrace/testing/vitest: import it in a set-up file, and `expect(tracing)` has the matchers.
 */
import { expect } from "vitest";
import { traceMatchers } from "./matchers.js";

/** Matchers for the result of `testTracing`. */
export interface TraceMatchers<Result = unknown> {
  /**
   * Passes when the expected trace was recorded. Await it: while spans are open, it waits for their
   * ends. See `assertTrace` for the text.
   */
  toHaveTrace(expected: string): Result | Promise<Result>;
  /** Passes when no mistake was made. Await it: while spans are open, it waits for their ends. */
  toHaveNoMistakes(): Result | Promise<Result>;
}

declare module "vitest" {
  // biome-ignore lint/suspicious/noExplicitAny: declarations merge only with the same parameters
  interface Assertion<T = any> extends TraceMatchers<T> {}
  interface AsymmetricMatchersContaining extends TraceMatchers {}
}

expect.extend(traceMatchers);

export { expect } from "vitest";
