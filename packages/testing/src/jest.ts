/**
 * @meshtrace/testing/jest: name it in `setupFilesAfterEnv`, and `expect(tracing)` has the matchers.
 */
import { traceMatchers } from "./matchers.js";

export type { TestTracing } from "./test-tracing.js";

declare global {
  namespace jest {
    /** Matchers for the result of `testTracing`. */
    // biome-ignore lint/complexity/noBannedTypes: declarations merge only with the same parameters
    interface Matchers<R, T = {}> {
      /**
       * Passes when the expected trace was recorded. Await it: while spans are open, it waits for
       * their ends. See `assertTrace` for the text.
       */
      toHaveTrace(expected: string): R | Promise<R>;
      /**
       * Passes when no mistake was made. Await it: while spans are open, it waits for their ends.
       */
      toHaveNoMistakes(): R | Promise<R>;
    }
  }
}

declare const expect: { extend(matchers: typeof traceMatchers): void };

expect.extend(traceMatchers);
