/**
 * One call of an exporter, ours or a foreign one: it may throw, never answer, answer twice, or lose
 * a part.
 */
import { context, ROOT_CONTEXT } from "@opentelemetry/api";
import { suppressTracing } from "../../propagation/suppress-tracing.js";
import { clearTimeout, setTimeout } from "../clock.js";
import type { LastRequest } from "../exit/send-at-exit.js";
import { errorMessage } from "../report/error-message.js";
import { type FailedSpans, failuresOf } from "../report/partial-failure.js";
import type { Batch } from "./batch.js";

/** Milliseconds without an answer after which an export is reported as slow. */
const SLOW_MS = 4000;

/** What is reported of an export. */
export interface ExportListener {
  /** Called once, as soon as the outcome is known. */
  readonly onOutcome: (outcome: Outcome) => void;
  /**
   * Called with the reason when an attempt fails that another one follows, and when there is no
   * answer for 4 seconds.
   */
  readonly onTrouble: (reason: string) => void;
}

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
  readonly #destination: string;
  readonly #listener: ExportListener;
  #settle: (outcome: Outcome) => void = () => {};
  #started = false;
  #trouble: string | undefined;

  /** `destination` is the URL for messages; it may be empty. */
  constructor(batch: Batch, destination: string, listener: ExportListener) {
    this.#batch = batch;
    this.#destination = destination;
    this.#listener = listener;
    // A foreign exporter may change the list that it gets.
    this.#spans = batch.length;
    this.done = new Promise((resolve) => {
      this.#settle = (outcome) => {
        this.#settle = () => {};
        listener.onOutcome(outcome);
        resolve();
      };
    });
  }

  /** Exports the batch. Without an answer within the time it counts as failed. Never throws. */
  start(timeoutMs: number): void {
    this.#started = true;
    const slow = setTimeout(() => this.#reportSlow(), SLOW_MS).unref();
    const timer = setTimeout(() => this.giveUp(`no answer within ${timeoutMs} ms`), timeoutMs).unref();
    void this.done.then(() => {
      clearTimeout(slow);
      clearTimeout(timer);
    });
    try {
      // The exporter's own requests are never traced.
      context.with(SUPPRESSED, () =>
        this.#batch.export(
          ({ code, error }) => {
            if (code === 0) this.succeed();
            else this.#fail(failuresOf(error, this.#spans));
          },
          (reason) => this.#reportTrouble(reason),
        ),
      );
    } catch (error) {
      this.fail(errorMessage(error));
    }
  }

  /**
   * Exports the batch while the process exits, unless that has begun: an exporter that works
   * synchronously, as the console's does, still has an outcome.
   */
  startAtExit(timeoutMs: number): void {
    if (!this.#started) this.start(timeoutMs);
  }

  /**
   * Returns the request for a last attempt while the process exits; `undefined` if there can be
   * none.
   */
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

  /**
   * The same, and adds to the reason where the batch was to go, and why an earlier attempt failed.
   */
  giveUp(reason: string): void {
    this.fail(this.#withContext(reason));
  }

  /**
   * Why the last attempt failed, or that there is no answer; `undefined` if no trouble is known.
   */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  #withContext(reason: string): string {
    if (this.#trouble !== undefined) return `${this.#trouble}; ${reason}`;
    return this.#destination === "" ? reason : `${this.#destination}: ${reason}`;
  }

  #reportSlow(): void {
    if (this.#trouble === undefined) this.#reportTrouble(this.#withContext(`no answer for ${SLOW_MS} ms`));
  }

  #reportTrouble(reason: string): void {
    this.#trouble = reason;
    this.#listener.onTrouble(reason);
  }

  #fail(failures: readonly FailedSpans[]): void {
    const failed = failures.reduce((sum, { spans }) => sum + spans, 0);
    this.#settle({ exported: this.#spans - failed, failures });
  }
}
