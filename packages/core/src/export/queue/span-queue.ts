import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";

/** Spans that wait, first in, first out, with the bytes that they take. */
export class SpanQueue {
  #spans: ReadableSpan[] = [];
  #sizes: number[] = [];
  #bytes = 0;

  get length(): number {
    return this.#spans.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  push(span: ReadableSpan, size: number): void {
    this.#spans.push(span);
    this.#sizes.push(size);
    this.#bytes += size;
  }

  /** The next spans, at most so many and so many bytes; one that is larger than that goes alone. */
  take(mostSpans: number, mostBytes: number): ReadableSpan[] {
    let count = 0;
    let bytes = 0;
    while (count < Math.min(mostSpans, this.#spans.length)) {
      const size = this.#sizes[count] as number;
      if (count > 0 && bytes + size > mostBytes) break;
      bytes += size;
      count += 1;
    }
    this.#bytes -= bytes;
    this.#sizes.splice(0, count);
    return this.#spans.splice(0, count);
  }
}
