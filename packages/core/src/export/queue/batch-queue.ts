import type { ReadableSpan } from "../../tracer/readable-span.js";
import { errorMessage } from "../report/error-message.js";
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

/**
 * Spans that are encoded together. One encoded alone, in the middle of a request, takes three times
 * as long, because the encoder's code and data are no longer in the processor's caches.
 */
const GROUP_SIZE = 16;
/**
 * Text that a group may have. The limits count the bytes of encoded spans only, so larger spans do
 * not wait for others.
 */
const MAX_GROUP_TEXT = 65_536;

const REMEDY = "the collector is slow or away, or raise";

/** Spans that wait, as batches, first in, first out. */
export class BatchQueue {
  readonly #limits: QueueLimits;
  readonly #newBatch: () => Batch;
  readonly #onRefused: (reason: string) => void;
  readonly #full: Batch[] = [];
  #open: Batch;
  /** Spans that are in no batch yet, fewer than `GROUP_SIZE`. */
  #group: unknown[] = [];
  #groupText = 0;
  #length = 0;
  #bytes = 0;

  /**
   * `onRefused` is called for each span that waited and cannot be encoded, or has no room in bytes.
   */
  constructor(limits: QueueLimits, newBatch: () => Batch, onRefused: (reason: string) => void) {
    this.#limits = limits;
    this.#newBatch = newBatch;
    this.#onRefused = onRefused;
    this.#open = newBatch();
  }

  /** Spans that wait. */
  get length(): number {
    return this.#length;
  }

  get hasFullBatch(): boolean {
    return this.#full.length > 0;
  }

  /** Adds a span, or returns why there is no room for it. Throws if the span cannot be read. */
  push(span: ReadableSpan): string | undefined {
    const { maxQueueSize } = this.#limits;
    if (this.#length >= maxQueueSize) return `more than ${maxQueueSize} spans wait; ${REMEDY} maxQueueSize`;
    const item = this.#open.itemOf(span);
    this.#groupText += this.#open.roughSize(item);
    this.#group.push(item);
    this.#length += 1;
    return undefined;
  }

  /** Whether it is time to call `encodeGroup`. */
  get hasFullGroup(): boolean {
    const { length } = this.#group;
    return (
      length >= GROUP_SIZE ||
      this.#groupText >= MAX_GROUP_TEXT ||
      this.#open.length + length >= this.#limits.maxExportBatchSize
    );
  }

  /**
   * Puts all spans into batches. Without this call, the last ones are in none, and their bytes are
   * not counted.
   */
  encodeGroup(): void {
    const group = this.#group;
    if (group.length === 0) return;
    this.#group = [];
    this.#groupText = 0;
    for (let index = 0; index < group.length; index += 1) {
      const refusal = this.#encode(group[index]);
      if (refusal === undefined) continue;
      this.#length -= 1;
      this.#onRefused(refusal);
    }
  }

  /** Returns the oldest batch, full or not; `undefined` if no span waits. */
  take(): Batch | undefined {
    if (this.#full.length === 0) {
      this.encodeGroup();
      if (this.#full.length === 0) this.#close();
    }
    const batch = this.#full.shift();
    this.#length -= batch?.length ?? 0;
    this.#bytes -= batch?.bytes ?? 0;
    return batch;
  }

  /** Adds a span to a batch, or returns why it cannot. */
  #encode(item: unknown): string | undefined {
    const { maxQueueBytes } = this.#limits;
    try {
      const bytes = this.#add(item);
      if (this.#bytes + bytes > maxQueueBytes) {
        this.#open.removeLast();
        return `more than ${maxQueueBytes} bytes wait; ${REMEDY} maxQueueBytes`;
      }
      this.#bytes += bytes;
    } catch (error) {
      return `a span could not be encoded: ${errorMessage(error)}`;
    }
    this.#closeFull();
    return undefined;
  }

  /** Returns the bytes that the span takes. */
  #add(item: unknown): number {
    const before = this.#open.bytes;
    if (this.#open.add(item)) return this.#open.bytes - before;
    this.#close();
    this.#open.add(item);
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
