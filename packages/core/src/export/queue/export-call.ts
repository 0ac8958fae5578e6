/**
 * One call of an exporter, ours or a foreign one: it may throw, never answer, answer twice, or lose a part.
 */
import { context, ROOT_CONTEXT } from "@opentelemetry/api";
import { suppressTracing } from "../../propagation/suppress-tracing.js";
import { clearTimeout, setTimeout } from "../clock.js";
import type { LastRequest } from "../exit/send-at-exit.js";
import { errorMessage } from "../report/error-message.js";
import { type FailedSpans, failuresOf } from "../report/partial-failure.js";
import type { Batch } from "./batch.js";

/** How an export ended. */
export interface Outcome {
  readonly exported: number;
  readonly failures: readonly FailedSpans[];
}

const SUPPRESSED = suppressTracing(ROOT_CONTEXT);

export class ExportCall {
  /** Resolves when there is an outcome. Never rejects. */
  readonly done: Promise<void>;
  readonly #batch: Batch;
  readonly #spans: number;
  #settle: (outcome: Outcome) => void = () => {};
  #started = false;

  /** `onOutcome` is called once, as soon as the outcome is known. */
  constructor(batch: Batch, onOutcome: (outcome: Outcome) => void) {
    this.#batch = batch;
    // A foreign exporter may change the list that it gets.
    this.#spans = batch.length;
    this.done = new Promise((resolve) => {
      this.#settle = (outcome) => {
        this.#settle = () => {};
        onOutcome(outcome);
        resolve();
      };
    });
  }

  /** Exports the batch. Without an answer within the time it counts as failed. Never throws. */
  start(timeoutMs: number): void {
    this.#started = true;
    const timer = setTimeout(() => this.fail(`no answer within ${timeoutMs} ms`), timeoutMs).unref();
    void this.done.then(() => clearTimeout(timer));
    try {
      // The exporter's own requests are never traced.
      context.with(SUPPRESSED, () =>
        this.#batch.export(({ code, error }) => {
          if (code === 0) this.succeed();
          else this.#fail(failuresOf(error, this.#spans));
        }),
      );
    } catch (error) {
      this.fail(errorMessage(error));
    }
  }

  /**
   * Exports the batch while the process exits, unless that has begun: an exporter that works synchronously, as the console's
   * does, still has an outcome.
   */
  startAtExit(timeoutMs: number): void {
    if (!this.#started) this.start(timeoutMs);
  }

  /** Returns the request for a last attempt while the process exits; `undefined` if there can be none. */
  lastRequest(): LastRequest | undefined {
    return this.#batch.lastRequest();
  }

  /** Counts the batch as exported, unless there is an outcome. */
  succeed(): void {
    this.#settle({ exported: this.#spans, failures: [] });
  }

  /** Counts the batch as failed, unless there is an outcome. */
  fail(reason: string): void {
    this.#fail([{ spans: this.#spans, reason }]);
  }

  #fail(failures: readonly FailedSpans[]): void {
    const failed = failures.reduce((sum, { spans }) => sum + spans, 0);
    this.#settle({ exported: this.#spans - failed, failures });
  }
}
