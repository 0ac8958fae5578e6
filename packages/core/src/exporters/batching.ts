/**
 * Between the tracer and an exporter: a bounded queue that never holds up a request, and counts what it loses.
 */
import { context, diag, ROOT_CONTEXT, TraceFlags } from "@opentelemetry/api";
import { suppressTracing } from "@opentelemetry/core";
import type { ReadableSpan, SpanExporter, SpanProcessor } from "@opentelemetry/sdk-trace-node";
import type { DeliveryReport } from "./delivery-report.js";

export interface BatchingOptions {
  readonly exporter: SpanExporter;
  /** The exporter's name, for what is said of losses. */
  readonly name: string;
  readonly report: DeliveryReport;
  /** Spans that may wait; one more is dropped and counted. Default 2048. */
  readonly maxQueueSize?: number;
  /** Spans in one export. Default 512. A full batch goes at once. */
  readonly maxExportBatchSize?: number;
  /** Milliseconds that a span waits for company at most. Default 5000. */
  readonly scheduledDelayMillis?: number;
  /** Milliseconds after which an export without an answer counts as failed. Default 30000. */
  readonly exportTimeoutMillis?: number;
  /** Milliseconds between two reports of losses. Default one minute. */
  readonly lossReportMillis?: number;
}

/** Why a batch was lost; `failed` says how many of it, where not all. */
interface Loss {
  readonly message: string;
  readonly failed?: number;
}

const SUPPRESSED = suppressTracing(ROOT_CONTEXT);

export class BatchingProcessor implements SpanProcessor {
  readonly #options: Required<BatchingOptions>;
  #queue: ReadableSpan[] = [];
  #timer: NodeJS.Timeout | undefined;
  #inFlight: Promise<void> | undefined;
  #stopped = false;
  #lost = 0;
  #reason = "";
  #lastToldAt = Number.NEGATIVE_INFINITY;

  constructor(options: BatchingOptions) {
    this.#options = {
      maxQueueSize: 2048,
      maxExportBatchSize: 512,
      scheduledDelayMillis: 5000,
      exportTimeoutMillis: 30_000,
      lossReportMillis: 60_000,
      ...options,
    };
  }

  onStart(): void {
    this.#options.report.start();
  }

  onEnd(span: ReadableSpan): void {
    if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0) return;
    const { report, maxQueueSize, maxExportBatchSize, scheduledDelayMillis } = this.#options;
    report.end();
    if (this.#stopped || this.#queue.length >= maxQueueSize) {
      report.drop(1);
      this.#lose(1, this.#stopped ? "it was shut down" : `more than ${maxQueueSize} spans wait`);
      return;
    }
    this.#queue.push(span);
    if (this.#queue.length >= maxExportBatchSize) {
      if (this.#inFlight === undefined) this.#exportNext();
    } else if (this.#timer === undefined) {
      // Unref'd: waiting spans alone keep no process alive; beforeExit and signals flush them.
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        if (this.#inFlight === undefined) this.#exportNext();
      }, scheduledDelayMillis).unref();
    }
  }

  /** Resolves when every span that has ended so far was exported or has failed. Never rejects. */
  forceFlush(): Promise<void> {
    return holdingProcess(async () => {
      await this.#drain();
      const flushed = this.#options.exporter.forceFlush?.();
      if (flushed !== undefined) await this.#bounded(flushed);
    });
  }

  async #drain(): Promise<void> {
    while (this.#inFlight !== undefined || this.#queue.length > 0) {
      await (this.#inFlight ?? this.#exportNext());
    }
  }

  /** Waits for an exporter's promise, as long as an export may take; what it rejects with is only said. */
  #bounded(work: Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#options.exportTimeoutMillis).unref();
      work
        .catch((error: unknown) => diag.debug("meshtrace: exporter", error))
        .finally(() => {
          clearTimeout(timer);
          resolve();
        });
    });
  }

  /** Flushes, and shuts the exporter down. Spans that end later are dropped and counted. Never rejects. */
  async shutdown(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    await holdingProcess(async () => {
      await this.#drain();
      clearTimeout(this.#timer);
      await this.#bounded(this.#options.exporter.shutdown());
    });
  }

  /** Gives up what waits and what is in flight: counted as failed. For a shutdown that ran out of time. */
  abandon(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    const waiting = this.#queue.length;
    this.#queue = [];
    if (waiting === 0) return;
    this.#options.report.fail(waiting);
    this.#lose(waiting, "time ran out at shutdown");
  }

  #exportNext(): Promise<void> {
    const { maxExportBatchSize, report } = this.#options;
    const batch = this.#queue.splice(0, maxExportBatchSize);
    if (batch.length === 0) return Promise.resolve();
    const done = this.#deliver(batch).then((error) => {
      this.#inFlight = undefined;
      const failed = error === undefined ? 0 : Math.min(error.failed ?? batch.length, batch.length);
      report.export(batch.length - failed);
      report.fail(failed);
      if (error !== undefined) this.#lose(failed, error.message);
      if (this.#queue.length >= maxExportBatchSize) this.#exportNext();
    });
    this.#inFlight = done;
    return done;
  }

  /** Resolves to what went wrong, `undefined` when all was delivered. */
  #deliver(batch: ReadableSpan[]): Promise<Loss | undefined> {
    const { exporter, exportTimeoutMillis } = this.#options;
    return new Promise((resolve) => {
      const late: Loss = { message: `no answer within ${exportTimeoutMillis} ms` };
      const timer = setTimeout(resolve, exportTimeoutMillis, late).unref();
      const settle = (error: Loss | undefined): void => {
        clearTimeout(timer);
        resolve(error);
      };
      try {
        // The exporter's own requests are never traced.
        context.with(SUPPRESSED, () =>
          exporter.export(batch, (result) =>
            settle(result.code === 0 ? undefined : (result.error ?? { message: "unknown error" })),
          ),
        );
      } catch (error) {
        settle({ message: error instanceof Error ? error.message : String(error) });
      }
    });
  }

  #lose(count: number, reason: string): void {
    this.#lost += count;
    this.#reason = reason;
    const now = performance.now();
    if (now - this.#lastToldAt < this.#options.lossReportMillis) return;
    this.#lastToldAt = now;
    diag.warn(`meshtrace: ${this.#lost} spans lost on the way to ${this.#options.name}: ${this.#reason}`);
    this.#lost = 0;
  }
}

/** Runs `work`, and keeps the process alive until it is done: nothing else that waits for an export does. */
async function holdingProcess(work: () => Promise<void>): Promise<void> {
  const hold = setInterval(() => {}, 60_000);
  try {
    await work();
  } finally {
    clearInterval(hold);
  }
}
