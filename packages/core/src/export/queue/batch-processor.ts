/**
 * Between the tracer and an exporter: a bounded queue that never holds up a request, and counts what it loses.
 */
import { diag, TraceFlags } from "@opentelemetry/api";
import type { ReadableSpan, SpanExporter, SpanProcessor } from "@opentelemetry/sdk-trace-node";
import { LossLog, type OnLoss } from "../report/loss-log.js";
import type { DeliveryReport } from "../report/span-report.js";
import { ExportCall } from "./export-call.js";
import { SpanQueue } from "./span-queue.js";
import { approximateSize } from "./span-size.js";

export interface BatchProcessorOptions {
  readonly exporter: SpanExporter & { readonly concurrentExports?: number };
  /** The exporter's name, for what is said of losses. */
  readonly name: string;
  readonly report: DeliveryReport;
  /** Spans that may wait; one more is dropped and counted. Default 2048. */
  readonly maxQueueSize?: number;
  /** Bytes, about, that may wait. Default 32 MiB. */
  readonly maxQueueBytes?: number;
  /** Spans in one export. Default 512. A full batch goes at once. */
  readonly maxExportBatchSize?: number;
  /** Bytes, about, in one export. Default 4 MiB, which every collector takes. One larger span goes alone. */
  readonly maxExportBatchBytes?: number;
  /** Milliseconds that a span waits for company at most. Default 5000. */
  readonly scheduledDelayMillis?: number;
  /** Milliseconds after which an export without an answer counts as failed. Default 30000. */
  readonly exportTimeoutMillis?: number;
  /** Milliseconds between two reports of losses. Default one minute. */
  readonly lossReportMillis?: number;
  readonly onLoss?: OnLoss | undefined;
}

const MEBIBYTE = 1_048_576;

export class BatchProcessor implements SpanProcessor {
  readonly #options: Required<BatchProcessorOptions>;
  readonly #losses: LossLog;
  readonly #queue = new SpanQueue();
  readonly #underWay = new Set<ExportCall>();
  /** Spans that were queued, spans that were taken from the queue, and up to which one they must go now. */
  #queued = 0;
  #taken = 0;
  #due = 0;
  #timer: NodeJS.Timeout | undefined;
  #pumping = false;
  #stopped = false;

  constructor(options: BatchProcessorOptions) {
    this.#options = {
      maxQueueSize: 2048,
      maxQueueBytes: 32 * MEBIBYTE,
      maxExportBatchSize: 512,
      maxExportBatchBytes: 4 * MEBIBYTE,
      scheduledDelayMillis: 5000,
      exportTimeoutMillis: 30_000,
      lossReportMillis: 60_000,
      onLoss: undefined,
      ...options,
    };
    this.#losses = new LossLog(options.name, this.#options.lossReportMillis, options.onLoss);
  }

  onStart(): void {
    this.#options.report.start();
  }

  onEnd(span: ReadableSpan): void {
    if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0) return;
    const size = approximateSize(span);
    const refusal = this.#refusal(size);
    if (refusal !== undefined) {
      this.#options.report.drop();
      this.#losses.add(1, refusal);
      return;
    }
    this.#options.report.queue();
    this.#queue.push(span, size);
    this.#queued += 1;
    if (this.#isFull()) this.#pumpSoon();
    else this.#startTimer();
  }

  /**
   * Resolves when every span that has ended so far was exported or has failed. Never rejects. Holds no process alive:
   * whoever flushes at its end waits with a timer that does, and ends.
   */
  async forceFlush(): Promise<void> {
    await this.#drain();
    const flushed = this.#options.exporter.forceFlush?.();
    if (flushed !== undefined) await this.#bounded(flushed);
  }

  /** Flushes, and shuts the exporter down. Spans that end later are dropped and counted. Never rejects. */
  async shutdown(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    await this.#drain();
    clearTimeout(this.#timer);
    await this.#bounded(this.#options.exporter.shutdown());
    this.#losses.tell();
  }

  /** Gives up what waits and what is in flight: counted as failed. For a shutdown that ran out of time. */
  abandon(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    const reason = "time ran out at shutdown";
    const waiting = this.#queue.take(this.#queue.length, Number.POSITIVE_INFINITY).length;
    this.#taken += waiting;
    this.#options.report.settle(0, waiting);
    this.#losses.add(waiting, reason);
    for (const call of this.#underWay) call.fail(reason);
    // Begun by now, or it never will be.
    void this.#bounded(this.#options.exporter.shutdown());
  }

  #refusal(size: number): string | undefined {
    const { maxQueueSize, maxQueueBytes } = this.#options;
    if (this.#stopped) return "they ended after shutdown";
    if (this.#queue.length >= maxQueueSize)
      return `more than ${maxQueueSize} spans wait; the collector is slow or away, or raise maxQueueSize`;
    if (this.#queue.bytes + size > maxQueueBytes)
      return `more than ${maxQueueBytes} bytes wait; the collector is slow or away, or raise maxQueueBytes`;
    return undefined;
  }

  #isFull(): boolean {
    const { maxExportBatchSize, maxExportBatchBytes } = this.#options;
    return this.#queue.length >= maxExportBatchSize || this.#queue.bytes >= maxExportBatchBytes;
  }

  /** Not in the span's own tick: encoding a batch is no part of the request. */
  #pumpSoon(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    setImmediate(() => {
      this.#pumping = false;
      this.#pump();
      if (this.#queue.length > 0) this.#startTimer();
    });
  }

  /** Unref'd: waiting spans alone keep no process alive; beforeExit and signals flush them. */
  #startTimer(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#due = this.#queued;
      this.#pump();
    }, this.#options.scheduledDelayMillis).unref();
  }

  #pump(): void {
    const { concurrentExports = 1 } = this.#options.exporter;
    while (this.#underWay.size < concurrentExports && (this.#isFull() || this.#taken < this.#due)) {
      if (this.#queue.length === 0) return;
      this.#export();
    }
  }

  #export(): void {
    const { exporter, exportTimeoutMillis, maxExportBatchSize, maxExportBatchBytes, report } = this.#options;
    const batch = this.#queue.take(maxExportBatchSize, maxExportBatchBytes);
    this.#taken += batch.length;
    const call = new ExportCall(batch.length, ({ exported, failed, reason }) => {
      this.#underWay.delete(call);
      report.settle(exported, failed);
      this.#losses.add(failed, reason);
      this.#pumpSoon();
    });
    this.#underWay.add(call);
    call.start(exporter, batch, exportTimeoutMillis);
  }

  async #drain(): Promise<void> {
    const until = this.#queued;
    this.#due = until;
    this.#pump();
    while (this.#taken < until) {
      await Promise.race([...this.#underWay].map((call) => call.done));
      this.#pump();
    }
    await Promise.all([...this.#underWay].map((call) => call.done));
    this.#losses.tellIfDue();
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
}
