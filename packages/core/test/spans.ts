import type { Span } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";

/** A span as the SDK really makes it: written to and read from. */
export type Readable = Span & ReadableSpan;
