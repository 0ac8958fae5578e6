import type { ReadableSpan } from "../../tracer/readable-span.js";
import type { Batch } from "./batch.js";

export interface QueueLimits {
  /** Spans that may wait. */
  readonly maxQueueSize: number;
  /** Bytes that may wait. */
  readonly maxQueueBytes: number;
  /** Spans in one batch. */
  readonly maxExportBatchSize: number;
  /** Bytes in one batch. One larger span is a batch alone. */
  readonly maxExportBatchBytes: number;
}

const REMEDY = "the collector is slow or away, or raise";

/** Spans that wait, as batches, first in, first out. */
export class BatchQueue {
  readonly #limits: QueueLimits;
  readonly #newBatch: () => Batch;
  readonly #full: Batch[] = [];
  #open: Batch;
  #length = 0;
  #bytes = 0;

  constructor(limits: QueueLimits, newBatch: () => Batch) {
    this.#limits = limits;
    this.#newBatch = newBatch;
    this.#open = newBatch();
  }

  /** Spans that wait. */
  get length(): number {
    return this.#length;
  }

  get hasFullBatch(): boolean {
    return this.#full.length > 0;
  }

  /** Adds a span, or returns why there is no room for it. Throws if the span cannot be encoded. */
  push(span: ReadableSpan): string | undefined {
    const { maxQueueSize, maxQueueBytes } = this.#limits;
    if (this.#length >= maxQueueSize) return `more than ${maxQueueSize} spans wait; ${REMEDY} maxQueueSize`;
    const bytes = this.#add(span);
    if (this.#bytes + bytes > maxQueueBytes) {
      this.#open.removeLast();
      return `more than ${maxQueueBytes} bytes wait; ${REMEDY} maxQueueBytes`;
    }
    this.#length += 1;
    this.#bytes += bytes;
    this.#closeFull();
    return undefined;
  }

  /** Returns the oldest batch, full or not; `undefined` if no span waits. */
  take(): Batch | undefined {
    if (this.#full.length === 0) this.#close();
    const batch = this.#full.shift();
    this.#length -= batch?.length ?? 0;
    this.#bytes -= batch?.bytes ?? 0;
    return batch;
  }

  /** Returns the bytes that the span takes. */
  #add(span: ReadableSpan): number {
    const before = this.#open.bytes;
    if (this.#open.add(span)) return this.#open.bytes - before;
    this.#close();
    this.#open.add(span);
    return this.#open.bytes;
  }

  #closeFull(): void {
    const { maxExportBatchSize, maxExportBatchBytes } = this.#limits;
    if (this.#open.bytes > maxExportBatchBytes && this.#open.length > 1) {
      const next = this.#open.splitLast();
      this.#close(next);
    }
    if (this.#open.length >= maxExportBatchSize || this.#open.bytes >= maxExportBatchBytes) this.#close();
  }

  #close(next: Batch = this.#newBatch()): void {
    if (this.#open.length > 0) this.#full.push(this.#open);
    this.#open = next;
  }
}
