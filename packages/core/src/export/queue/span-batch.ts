import type { ReadableSpan, SpanExporter } from "../../tracer/readable-span.js";
import type { Batch, ExportDone } from "./batch.js";
import { approximateSize } from "./span-size.js";

/** Span objects, for exporters that encode when they export. Bytes are approximate. */
export class SpanBatch implements Batch<ReadableSpan> {
  readonly #exporter: SpanExporter;
  readonly #spans: ReadableSpan[] = [];
  readonly #sizes: number[] = [];
  #bytes = 0;

  constructor(exporter: SpanExporter) {
    this.#exporter = exporter;
  }

  get length(): number {
    return this.#spans.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  itemOf(span: ReadableSpan): ReadableSpan {
    return span;
  }

  /** To add a span object is little work, so nothing is gained by adding several together. */
  roughSize(): number {
    return Number.POSITIVE_INFINITY;
  }

  add(span: ReadableSpan): boolean {
    this.#push(span, approximateSize(span));
    return true;
  }

  removeLast(): void {
    this.#spans.pop();
    this.#bytes -= this.#sizes.pop() ?? 0;
  }

  splitLast(): SpanBatch {
    const next = new SpanBatch(this.#exporter);
    next.#push(this.#spans.at(-1) as ReadableSpan, this.#sizes.at(-1) as number);
    this.removeLast();
    return next;
  }

  export(done: ExportDone): void {
    this.#exporter.export(this.#spans, done);
  }

  /** A foreign exporter can only work asynchronously. */
  lastRequest(): undefined {
    return undefined;
  }

  #push(span: ReadableSpan, size: number): void {
    this.#spans.push(span);
    this.#sizes.push(size);
    this.#bytes += size;
  }
}
