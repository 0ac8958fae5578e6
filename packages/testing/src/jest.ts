/**
 * @meshtrace/testing/jest: name it in `setupFilesAfterEnv`, and `expect(tracing)` has the matchers.
 */
import { traceMatchers } from "./matchers.js";

declare global {
  namespace jest {
    // biome-ignore lint/complexity/noBannedTypes: declarations merge only with the same parameters
    interface Matchers<R, T = {}> {
      /**
       * Passes when the expected trace was recorded. Await it: open spans may still end. See
       * `assertTrace` for the text.
       */
      toHaveTrace(expected: string): Promise<R>;
      /** Passes when no mistake was made. Await it: open spans may still end. */
      toHaveNoMistakes(): Promise<R>;
    }
  }
}

declare const expect: { extend(matchers: typeof traceMatchers): void };

expect.extend(traceMatchers);
