/**
 * The shared span: a SERVER span takes over the caller's span ID (join), and exporters to backends that know no
 * shared spans undo that (split).
 */
import { randomUUID } from "node:crypto";
import type { SpanContext } from "@opentelemetry/api";
import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace-node";

// Marks stand on the span context itself, the one object that a span and its children have in common. Registered
// symbols: the ESM and the CommonJS build see each other's marks.
const SHARED: unique symbol = Symbol.for("meshtrace.shared.v1") as never;
const DEBUG: unique symbol = Symbol.for("meshtrace.debug.v1") as never;
const SPLIT_ID: unique symbol = Symbol.for("meshtrace.split-id.v1") as never;

interface MarkedSpanContext extends SpanContext {
  [SHARED]?: true;
  [DEBUG]?: true;
  [SPLIT_ID]?: string;
}

/** Marks the context of a span that joined, and whose other half the caller reports. */
export function markShared(spanContext: SpanContext): void {
  (spanContext as MarkedSpanContext)[SHARED] = true;
}

/** Marks the context of a span in a trace that was forced by a debug flag. */
export function markDebug(spanContext: SpanContext): void {
  (spanContext as MarkedSpanContext)[DEBUG] = true;
}

/** Whether the span shares its ID with a span that the caller reports. */
export function isShared(span: ReadableSpan): boolean {
  return (span.spanContext() as MarkedSpanContext)[SHARED] === true;
}

/** Whether the span belongs to a trace that a debug flag forced. */
export function isDebug(span: ReadableSpan): boolean {
  return (span.spanContext() as MarkedSpanContext)[DEBUG] === true;
}

/**
 * The ID that stands for a shared span in a backend that cannot share: made once for each span, the same for the span
 * and for its children. `undefined` for every span context that is not shared.
 */
export function splitSpanId(spanContext: SpanContext): string | undefined {
  const marked = spanContext as MarkedSpanContext;
  if (marked[SHARED] !== true) return undefined;
  marked[SPLIT_ID] ??= newSpanId();
  return marked[SPLIT_ID];
}

/** 16 hex characters. A version 4 UUID is random but for six bits, which are left out here (RFC 9562, section 5.4). */
function newSpanId(): string {
  const uuid = randomUUID();
  return uuid.slice(0, 8) + uuid.slice(9, 13) + uuid.slice(24, 28);
}

/**
 * `exporter`, given spans whose shared IDs are split. For exporters that know nothing of shared spans: OpenTelemetry's
 * own, and any that a user hands in.
 */
export function splitShared(exporter: SpanExporter): SpanExporter {
  return {
    export: (spans, done) => exporter.export(spans.map(splitSpan), done),
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  };
}

/** The span as a backend without sharing shall see it; the span itself when neither it nor its parent is shared. */
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
