import { type CheckResult, checkMistakes, checkTrace } from "./assert-trace.js";
import type { TestTracing } from "./test-tracing.js";

/**
 * Matchers for `expect.extend` of vitest and jest.
 *
 * @example
 * expect.extend(traceMatchers);
 */
export const traceMatchers = {
  /** Passes when the expected trace was recorded; see `assertTrace` for its text. */
  toHaveTrace: (tracing: TestTracing, expected: string): CheckResult | Promise<CheckResult> =>
    checkTrace(tracing, expected),
  /** Passes when no mistake was made. */
  toHaveNoMistakes: (tracing: TestTracing): CheckResult | Promise<CheckResult> => checkMistakes(tracing),
};
