/**
 * The shared span: a SERVER span takes over the caller's span ID (join), and exporters to backends
 * without shared spans undo that (split).
 */
import type { SpanContext } from "@opentelemetry/api";
import { DEBUG, SHARED } from "../process-wide.js";
import type { ReadableSpan, SpanExporter } from "./readable-span.js";

interface MarkedSpanContext extends SpanContext {
  /** The name of the service that joined. */
  [SHARED]?: string;
  [DEBUG]?: true;
}

/**
 * Marks the context of a span of `service` that joined, and whose other half the caller reports.
 */
export function markShared(spanContext: SpanContext, service: string): void {
  (spanContext as MarkedSpanContext)[SHARED] = service;
}

/** Marks the context of a span in a trace that a debug flag forced. */
export function markDebug(spanContext: SpanContext): void {
  (spanContext as MarkedSpanContext)[DEBUG] = true;
}

/** Returns whether the span shares its ID with a span that the caller reports. */
export function isShared(span: Pick<ReadableSpan, "spanContext">): boolean {
  return (span.spanContext() as MarkedSpanContext)[SHARED] !== undefined;
}

/** Returns whether the span belongs to a trace that a debug flag forced. */
export function isDebug(span: Pick<ReadableSpan, "spanContext">): boolean {
  return (span.spanContext() as MarkedSpanContext)[DEBUG] === true;
}

/**
 * Returns the ID of a shared span in a backend without shared spans: a function of the shared ID
 * and the service, so that log lines of any process can name it. `undefined` for a span context
 * that is not shared.
 */
export function splitSpanId(spanContext: SpanContext): string | undefined {
  const service = (spanContext as MarkedSpanContext)[SHARED];
  return service === undefined ? undefined : splitIdOf(spanContext.spanId, service);
}

const FNV_PRIME = 0x01000193;
const FNV_OFFSET = 0x811c9dc5;
const SECOND_OFFSET = 0x9747b28c;

/**
 * Returns 16 hex characters, a hash (FNV-1a with a final mix, two lanes) of the service's name and
 * the ID; never zero.
 */
function splitIdOf(spanId: string, service: string): string {
  const text = `${service}/${spanId}`;
  let high = FNV_OFFSET;
  let low = SECOND_OFFSET;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    high = Math.imul(high ^ code, FNV_PRIME);
    low = Math.imul(low ^ (code + index), FNV_PRIME);
  }
  // The lowest bit is set: zero is no ID.
  return hexOf(mixed(high)) + hexOf(mixed(low ^ high) | 1);
}

/**
 * Returns a value in which each bit of the input has changed half of the bits (the final mix of
 * MurmurHash3).
 */
function mixed(value: number): number {
  let mix = value;
  mix = Math.imul(mix ^ (mix >>> 16), 0x85ebca6b);
  mix = Math.imul(mix ^ (mix >>> 13), 0xc2b2ae35);
  return mix ^ (mix >>> 16);
}

function hexOf(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}

/**
 * Wraps an exporter for a backend without shared spans, so that it gets spans whose shared IDs are
 * split. `initTracing()` does that to every exporter object that it is given.
 *
 * @example
 * new NodeTracerProvider({
 *   spanProcessors: [new BatchSpanProcessor(splitShared(new OTLPTraceExporter()))],
 * });
 */
export function splitShared(exporter: SpanExporter): SpanExporter {
  return {
    export: (spans, done) => exporter.export(spans.map(splitSpan), done),
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  };
}

/**
 * Returns the span as a backend without sharing must see it; the span itself when neither it nor
 * its parent is shared.
 */
function splitSpan(span: ReadableSpan): ReadableSpan {
  const own = span.spanContext();
  const ownId = splitSpanId(own);
  const parent = span.parentSpanContext;
  const parentId = ownId === undefined ? parent && splitSpanId(parent) : own.spanId;
  if (ownId === undefined && parentId === undefined) return span;
  const spanContext: SpanContext = ownId === undefined ? own : { ...own, spanId: ownId };
  const parentSpanContext: SpanContext = { ...(parent ?? own), spanId: parentId as string };
  if (ownId !== undefined) parentSpanContext.isRemote = true;
  // A view, not a copy: everything else is read from the live span.
  return Object.create(span, {
    spanContext: { value: () => spanContext, enumerable: true },
    parentSpanContext: { value: parentSpanContext, enumerable: true },
  }) as ReadableSpan;
}
