import { EncodedBatch } from "../../src/export/span/encoded-batch.js";
import type { SpanEncoder } from "../../src/export/span/span-encoder.js";
import type { ReadableSpan } from "../../src/tracer/readable-span.js";

export interface Encoded {
  readonly body: Buffer;
  /** Spans that could not be encoded. */
  readonly unreadable: number;
  readonly batch: EncodedBatch;
}

/** Encodes spans as an exporter does: each alone, then all as one message. */
export function encodeWith(encoder: SpanEncoder): (spans: readonly ReadableSpan[]) => Encoded {
  return (spans) => {
    const batch = new EncodedBatch({ encoder, send: () => {}, lastRequest: () => undefined });
    let unreadable = 0;
    for (const span of spans) {
      try {
        if (!batch.add(batch.itemOf(span))) throw new Error("a span belongs in another batch");
      } catch {
        unreadable += 1;
      }
    }
    const body = batch.length === 0 ? Buffer.alloc(0) : batch.message(0, batch.length);
    return { body, unreadable, batch };
  };
}
