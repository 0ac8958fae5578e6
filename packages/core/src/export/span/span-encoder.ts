import type { Resource } from "../../tracer/readable-span.js";
import type { SpanRecord } from "../../tracer/span-record.js";

/** A backend's format. Everything it returns has one character per byte (byte-text.ts). */
export interface SpanEncoder {
  /** Whether all spans of a message must have the same resource. */
  readonly oneResource: boolean;
  /**
   * Bytes at the beginning of each span that separate it from the one before; the first span of a
   * message goes without.
   */
  readonly separatorLength: number;
  /** Returns the span. Throws if it cannot be encoded. */
  encode(span: SpanRecord): string;
  /** Returns what precedes the spans of a message. Never throws. */
  head(resource: Resource | undefined, spans: number): string;
  /** What follows them. */
  readonly tail: string;
}
