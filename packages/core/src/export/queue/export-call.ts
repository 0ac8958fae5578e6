/**
 * One call of an exporter, whoever wrote it: it may throw, never answer, answer twice, or lose a part.
 */
import { context, ROOT_CONTEXT } from "@opentelemetry/api";
import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace-node";
import { suppressTracing } from "../../propagation/suppress-tracing.js";

/** What became of a batch. */
export interface Outcome {
  readonly exported: number;
  readonly failed: number;
  /** Why some failed; empty when none did. */
  readonly reason: string;
}

const SUPPRESSED = suppressTracing(ROOT_CONTEXT);

export class ExportCall {
  /** Resolves when there is an outcome. Never rejects. */
  readonly done: Promise<void>;
  readonly #spans: number;
  #settle: (outcome: Outcome) => void = () => {};

  /** `onOutcome` is called once, in the moment that the outcome is known. */
  constructor(spans: number, onOutcome: (outcome: Outcome) => void) {
    this.#spans = spans;
    this.done = new Promise((resolve) => {
      this.#settle = (outcome) => {
        this.#settle = () => {};
        onOutcome(outcome);
        resolve();
      };
    });
  }

  /** Hands the batch to the exporter. Without an answer within the time it counts as failed. Never throws. */
  start(exporter: SpanExporter, batch: ReadableSpan[], timeoutMs: number): void {
    const timer = setTimeout(() => this.fail(`no answer within ${timeoutMs} ms`), timeoutMs).unref();
    void this.done.then(() => clearTimeout(timer));
    try {
      // The exporter's own requests are never traced.
      context.with(SUPPRESSED, () =>
        exporter.export(batch, ({ code, error }) => {
          if (code === 0) this.#settle({ exported: this.#spans, failed: 0, reason: "" });
          else this.fail(error?.message ?? "the exporter gave no reason", (error as { failed?: unknown })?.failed);
        }),
      );
    } catch (error) {
      this.fail(error instanceof Error ? error.message : String(error));
    }
  }

  /** Counts the batch as failed, unless there is an outcome; `some` of it, where the exporter knows how many. */
  fail(reason: string, some?: unknown): void {
    const partial = typeof some === "number" && some >= 0 && some <= this.#spans;
    const failed = partial ? some : this.#spans;
    this.#settle({ exported: this.#spans - failed, failed, reason });
  }
}
