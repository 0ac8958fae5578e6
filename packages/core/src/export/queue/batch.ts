import { NEW_BATCH } from "../../process-wide.js";
import type { ExportResult, ReadableSpan, SpanExporter } from "../../tracer/readable-span.js";
import type { LastRequest } from "../exit/send-at-exit.js";

export type ExportDone = (result: ExportResult) => void;

/**
 * Spans that leave in one export, in the form in which they wait for it. `Item`: what is kept of a
 * span until it is added.
 */
export interface Batch<Item = unknown> {
  /** Spans in the batch. */
  readonly length: number;
  readonly bytes: number;
  /** Returns what `add` needs of a span that has ended. Throws if the span cannot be read. */
  itemOf(span: ReadableSpan): Item;
  /**
   * Returns about how many bytes of text the item has. An item of infinite size is added at once.
   */
  roughSize(item: Item): number;
  /**
   * Adds a span. Returns false if it belongs in another batch. Throws if it cannot be encoded. In
   * both cases the batch is as before.
   */
  add(item: Item): boolean;
  removeLast(): void;
  /** Moves the last span to a new batch, and returns that. */
  splitLast(): Batch<Item>;
  /**
   * Gives the spans to the exporter. `onFailedAttempt` is called with the reason if another attempt
   * follows. May throw what a foreign exporter throws.
   */
  export(done: ExportDone, onFailedAttempt: (reason: string) => void): void;
  /**
   * Returns the request for a last attempt while the process exits; `undefined` if there can be
   * none.
   */
  lastRequest(): LastRequest | undefined;
}

/** An exporter that takes encoded spans. */
export interface EncodingExporter extends SpanExporter {
  [NEW_BATCH](): Batch;
}
