import { NEW_BATCH } from "../../process-wide.js";
import type { ExportResult, ReadableSpan, SpanExporter } from "../../tracer/readable-span.js";
import type { LastRequest } from "../exit/send-at-exit.js";

export type ExportDone = (result: ExportResult) => void;

/** Spans that leave in one export, in the form in which they wait for it. */
export interface Batch {
  /** Spans in the batch. */
  readonly length: number;
  readonly bytes: number;
  /**
   * Adds a span. Returns false if it belongs in another batch. Throws if it cannot be encoded. In both cases the batch is
   * as before.
   */
  add(span: ReadableSpan): boolean;
  removeLast(): void;
  /** Moves the last span to a new batch, and returns that. */
  splitLast(): Batch;
  /**
   * Gives the spans to the exporter. `onFailedAttempt` is called with the reason if another attempt follows. May throw what
   * a foreign exporter throws.
   */
  export(done: ExportDone, onFailedAttempt: (reason: string) => void): void;
  /** Returns the request for a last attempt while the process exits; `undefined` if there can be none. */
  lastRequest(): LastRequest | undefined;
}

/** An exporter that encodes spans when they end. */
export interface EncodingExporter extends SpanExporter {
  [NEW_BATCH](): Batch;
}
