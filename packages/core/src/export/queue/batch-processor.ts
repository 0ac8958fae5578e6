/**
 * Between the tracer and an exporter: a bounded queue that never holds up a request, and counts
 * every span that it loses.
 */
import { diag, TraceFlags } from "@opentelemetry/api";
import { errorLine } from "../../text/error-line.js";
import type { ReadableSpan, SpanProcessor } from "../../tracer/readable-span.js";
import { clearTimeout, setImmediate, setTimeout } from "../clock.js";
import { DeliveryLog } from "../report/delivery-log.js";
import { errorMessage } from "../report/error-message.js";
import { LossLog } from "../report/loss-log.js";
import type { Batch } from "./batch.js";
import { batchFactory } from "./batch-factory.js";
import { type BatchProcessorOptions, EXITING, SHUT_DOWN, withDefaults } from "./batch-processor-options.js";
import { BatchQueue } from "./batch-queue.js";
import { ExportCall } from "./export-call.js";

export class BatchProcessor implements SpanProcessor {
  readonly #options: Required<BatchProcessorOptions>;
  readonly #losses: LossLog;
  readonly #deliveries: DeliveryLog;
  readonly #queue: BatchQueue;
  readonly #underWay = new Set<ExportCall>();
  /**
   * Spans that were queued, spans that were taken from the queue, and up to which one they must
   * leave now.
   */
  #queued = 0;
  #taken = 0;
  #due = 0;
  #timer: NodeJS.Timeout | undefined;
  #pumping = false;
  /** Why nothing of the last export arrived; `undefined` if something did. */
  #lastFailure: string | undefined;
  /** Why spans are not queued any more. */
  #stopped: string | undefined;

  constructor(options: BatchProcessorOptions) {
    this.#options = withDefaults(options);
    this.#losses = new LossLog(options.name, this.#options.lossReportMillis, options.onLoss);
    this.#deliveries = new DeliveryLog(options.name, this.#options.lossReportMillis);
    this.#queue = new BatchQueue(this.#options, batchFactory(options.exporter), (reason) => {
      this.#options.report.refuse();
      this.#queued -= 1;
      this.#losses.add(1, reason);
    });
    options.report.beforeSnapshot = () => this.#encodeGroup();
  }

  onStart(): void {
    this.#options.report.start();
  }

  /** Queues a sampled span, or drops it and counts the reason. Never throws. */
  onEnd(span: ReadableSpan): void {
    let refusal: string | undefined;
    try {
      if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0) return;
      refusal = this.#stopped ?? this.#queue.push(span);
      if (refusal !== undefined && this.trouble !== undefined) refusal += `; ${this.trouble}`;
    } catch (error) {
      refusal = `a span could not be encoded: ${errorMessage(error)}`;
    }
    if (refusal !== undefined) {
      this.#options.report.drop();
      this.#losses.add(1, refusal);
      // No timer fires any more.
      if (this.#stopped === EXITING) this.#losses.report();
      return;
    }
    this.#options.report.queue();
    this.#queued += 1;
    if (this.#queue.hasFullGroup) this.#queue.encodeGroup();
    if (this.#queue.hasFullBatch) this.#pumpSoon();
    else if (this.#timer === undefined) this.#startTimer();
  }

  /**
   * Resolves when every span that has ended so far was exported or has failed. Never rejects. It
   * keeps no process alive: a caller that flushes at the end of the process holds a timer of its
   * own.
   */
  async forceFlush(): Promise<void> {
    await this.#drain();
    await this.#bounded(() => this.#options.exporter.forceFlush?.());
  }

  /**
   * Flushes, and shuts the exporter down. Spans that end later are dropped and counted. Never
   * rejects.
   */
  async shutdown(): Promise<void> {
    if (this.#stopped !== undefined) return;
    this.#stopped = SHUT_DOWN;
    await this.#drain();
    clearTimeout(this.#timer);
    await this.#bounded(() => this.#options.exporter.shutdown());
    this.#losses.report();
  }

  /**
   * Gives up spans that wait or are in flight, and counts them as failed. For a shutdown that ran
   * out of time.
   */
  abandon(): void {
    this.#stopped = SHUT_DOWN;
    clearTimeout(this.#timer);
    this.#giveUp(this.#allCalls(), "time ran out at shutdown");
    // An exporter that has not begun to shut down by now never does.
    void this.#bounded(() => this.#options.exporter.shutdown());
  }

  /**
   * Returns the exports of all spans that wait or are under way, for a last attempt while the
   * process exits: the caller ends each of them. None is worth an attempt if the last export
   * failed.
   */
  takeAtExit(): readonly ExportCall[] {
    const calls = this.#allCalls();
    if (this.#lastFailure === undefined) return calls;
    this.#giveUp(calls, "the process exited while the backend did not accept spans");
    return [];
  }

  /** Call after that: an exporter that keeps spans, as the console's waterfall, writes them. */
  endAtExit(isLast: boolean): void {
    if (isLast) this.#stopped ??= EXITING;
    void this.#bounded(() => this.#options.exporter.forceFlush?.());
    this.reportLosses();
  }

  /** Returns why spans still wait, if it is known: the reason of the last attempt that failed. */
  get trouble(): string | undefined {
    for (const { trouble } of this.#underWay) if (trouble !== undefined) return trouble;
    return this.#lastFailure;
  }

  /** Reports losses that were not reported yet. */
  reportLosses(): void {
    this.#losses.report();
  }

  /** Not in the tick of the span's end: sending a batch is no part of the request. */
  #pumpSoon(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    setImmediate(() => {
      this.#pumping = false;
      this.#pump();
      if (this.#queue.length > 0) this.#startTimer();
    });
  }

  /** Unref'd: spans that wait keep no process alive; `beforeExit` and signals flush them. */
  #startTimer(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#queue.encodeGroup();
      this.#due = this.#queued;
      this.#pump();
    }, this.#options.scheduledDelayMillis).unref();
  }

  #pump(): void {
    const { concurrentExports = 1 } = this.#options.exporter;
    while (this.#underWay.size < concurrentExports && (this.#queue.hasFullBatch || this.#taken < this.#due)) {
      if (this.#queue.length === 0) return;
      this.#export();
    }
  }

  #export(): void {
    const batch = this.#queue.take();
    if (batch !== undefined) this.#newCall(batch).start(this.#options.exportTimeoutMillis);
  }

  /** Returns the exports under way, and one for each batch that waits, which is not started. */
  #allCalls(): readonly ExportCall[] {
    for (let batch = this.#queue.take(); batch !== undefined; batch = this.#queue.take()) this.#newCall(batch);
    return [...this.#underWay];
  }

  #newCall(batch: Batch): ExportCall {
    const { report, destination } = this.#options;
    const spans = batch.length;
    this.#taken += spans;
    const call = new ExportCall(batch, destination, {
      onOutcome: ({ exported, failures }) => {
        this.#underWay.delete(call);
        this.#lastFailure = exported === 0 ? failures[0]?.reason : undefined;
        report.settle(exported, spans - exported);
        for (const failure of failures) this.#losses.add(failure.spans, failure.reason);
        this.#pumpSoon();
        if (exported > 0) this.#deliveries.succeeded();
      },
      onTrouble: (reason) => this.#deliveries.failed(report.snapshot().queued, reason),
    });
    this.#underWay.add(call);
    return call;
  }

  /** Batches behind one that failed were never sent: its reason is theirs. */
  #giveUp(calls: readonly ExportCall[], reason: string): void {
    const { trouble } = this;
    for (const call of calls) {
      if (call.trouble === undefined && trouble !== undefined) call.fail(`${trouble}; ${reason}`);
      else call.giveUp(reason);
    }
  }

  /** Encodes the spans that wait for it, which may fill a batch. */
  #encodeGroup(): void {
    this.#queue.encodeGroup();
    if (this.#queue.hasFullBatch) this.#pumpSoon();
  }

  async #drain(): Promise<void> {
    this.#queue.encodeGroup();
    const until = this.#queued;
    this.#due = until;
    this.#pump();
    while (this.#taken < until) {
      await Promise.race([...this.#underWay].map((call) => call.done));
      this.#pump();
    }
    await Promise.all([...this.#underWay].map((call) => call.done));
    this.#losses.reportIfDue();
  }

  /** Waits for the exporter as long as an export may take. Errors are logged at debug level. */
  #bounded(work: () => Promise<void> | undefined): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#options.exportTimeoutMillis).unref();
      const finish = (): void => {
        clearTimeout(timer);
        resolve();
      };
      // A foreign exporter may throw instead of rejecting, or return no promise.
      new Promise<void>((settle) => settle(work() as Promise<void>))
        .catch((error: unknown) => diag.debug(`meshtrace: ${this.#options.name}: ${errorLine(error)}`))
        .finally(finish);
    });
  }
}
