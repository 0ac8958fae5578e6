import { NEW_BATCH } from "../../process-wide.js";
import type { SpanExporter } from "../../tracer/readable-span.js";
import type { Batch, EncodingExporter } from "./batch.js";
import { SpanBatch } from "./span-batch.js";

/**
 * Returns what makes an empty batch for `exporter`: encoded spans for our own exporters, span
 * objects for all others.
 */
export function batchFactory(exporter: SpanExporter): () => Batch {
  if (NEW_BATCH in exporter) return () => (exporter as EncodingExporter)[NEW_BATCH]();
  return () => new SpanBatch(exporter);
}
