/** Encoded spans: one buffer, and the offset at which each span ends. It holds no span objects. */
import type { ReadableSpan, Resource } from "../../tracer/readable-span.js";
import { type SpanRecord, spanRecord } from "../../tracer/span-record.js";
import type { LastRequest } from "../exit/send-at-exit.js";
import type { Batch, ExportDone } from "../queue/batch.js";
import type { SpanEncoder } from "./span-encoder.js";

/**
 * Room before the first span: the head of a message fits there, so that a whole batch is sent
 * without a copy.
 */
const HEAD_ROOM = 1024;
const TAIL_ROOM = 16;
const MIN_CAPACITY = 16_384;
/** Text that is written to the buffer at once: one long write is faster than one for each span. */
const WRITE_LENGTH = 8192;

/**
 * Buffers have this method in every version of Node, faster than `write` with an encoding; its
 * types leave it out.
 */
type ByteBuffer = Buffer & { latin1Write(text: string, offset: number): number };

/** A span with more events is not looked at for its size. */
const MAX_SMALL_EVENTS = 2;

const NO_BYTES = Buffer.alloc(0) as ByteBuffer;

export interface EncodedBatchOptions {
  readonly encoder: SpanEncoder;
  /** Bytes that the batch probably takes. It grows if they are not enough. */
  readonly expectedBytes?: number;
  readonly send: (batch: EncodedBatch, done: ExportDone, onFailedAttempt: (reason: string) => void) => void;
  readonly lastRequest: (batch: EncodedBatch) => LastRequest | undefined;
}

export class EncodedBatch implements Batch<SpanRecord> {
  readonly #options: EncodedBatchOptions;
  #buffer = NO_BYTES;
  /** The end of the encoded spans that is not in the buffer yet. */
  #unwritten = "";
  /** The resource of the spans; of the first one, if the format allows several. */
  #resource: Resource | undefined;
  /** Where each span ends, from the beginning of the first one. */
  readonly ends: number[] = [];

  constructor(options: EncodedBatchOptions) {
    this.#options = options;
  }

  get length(): number {
    return this.ends.length;
  }

  get bytes(): number {
    return this.ends[this.ends.length - 1] ?? 0;
  }

  get encoder(): SpanEncoder {
    return this.#options.encoder;
  }

  itemOf(span: ReadableSpan): SpanRecord {
    return spanRecord(span);
  }

  roughSize({ attributeValues: values, events }: SpanRecord): number {
    if (events && events.length > MAX_SMALL_EVENTS) return Number.POSITIVE_INFINITY;
    let size = 0;
    for (let index = 0; index < values.length; index += 1) {
      const value = values[index];
      if (typeof value === "string") size += value.length;
      else if (typeof value === "object") return Number.POSITIVE_INFINITY;
    }
    return size;
  }

  add(record: SpanRecord): boolean {
    const { encoder } = this.#options;
    const { resource } = record;
    const isFirst = this.ends.length === 0;
    if (!isFirst && encoder.oneResource && resource !== this.#resource) return false;
    const text = encoder.encode(record);
    if (isFirst) this.#resource = resource;
    this.#append(text);
    if (this.#unwritten.length >= WRITE_LENGTH) this.#write();
    return true;
  }

  removeLast(): void {
    this.#write();
    this.ends.pop();
  }

  splitLast(): EncodedBatch {
    this.#write();
    const next = new EncodedBatch(this.#options);
    const end = this.bytes;
    this.ends.pop();
    next.#resource = this.#resource;
    next.#append(this.#buffer.toString("latin1", HEAD_ROOM + this.bytes, HEAD_ROOM + end));
    return next;
  }

  export(done: ExportDone, onFailedAttempt: (reason: string) => void): void {
    this.#options.send(this, done, onFailedAttempt);
  }

  lastRequest(): LastRequest | undefined {
    return this.#options.lastRequest(this);
  }

  /** Returns the `count` spans from index `first` as one message. Valid until the next call. */
  message(first: number, count: number): Buffer {
    this.#write();
    const { encoder } = this.#options;
    const head = this.head(count);
    const { tail } = encoder;
    const start = HEAD_ROOM + (this.ends[first - 1] ?? 0) + encoder.separatorLength;
    const end = HEAD_ROOM + (this.ends[first + count - 1] as number);
    if (count === this.length && head.length <= HEAD_ROOM) {
      this.#buffer.latin1Write(head, start - head.length);
      this.#buffer.latin1Write(tail, end);
      return this.#buffer.subarray(start - head.length, end + tail.length);
    }
    const spans = this.#buffer.subarray(start, end);
    return Buffer.concat([Buffer.from(head, "latin1"), spans, Buffer.from(tail, "latin1")]);
  }

  /** Returns what precedes `count` spans in a message. */
  head(count: number): string {
    return this.#options.encoder.head(this.#resource, count);
  }

  #append(text: string): void {
    this.ends.push(this.bytes + text.length);
    this.#unwritten += text;
  }

  #write(): void {
    const text = this.#unwritten;
    if (text === "") return;
    this.#unwritten = "";
    const start = HEAD_ROOM + this.bytes - text.length;
    const needed = start + text.length + TAIL_ROOM;
    if (needed > this.#buffer.length) this.#grow(start, needed);
    this.#buffer.latin1Write(text, start);
  }

  #grow(used: number, needed: number): void {
    const { expectedBytes = 0 } = this.#options;
    const capacity = Math.max(needed, this.#buffer.length * 2, HEAD_ROOM + expectedBytes + TAIL_ROOM, MIN_CAPACITY);
    const larger = Buffer.allocUnsafe(capacity) as ByteBuffer;
    this.#buffer.copy(larger, 0, 0, used);
    this.#buffer = larger;
  }
}
