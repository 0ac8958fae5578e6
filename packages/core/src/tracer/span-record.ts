/**
 * What an encoder reads of a span. A span of our tracer is its own record, so that encoding makes
 * no attribute object and no `HrTime`; a span of OpenTelemetry's SDK gets a view.
 */
import type { Link, SpanContext, SpanKind, SpanStatus } from "@opentelemetry/api";
import { SPAN_RECORD } from "../process-wide.js";
import type { InstrumentationScope, ReadableSpan, Resource, TimedEvent } from "./readable-span.js";

export interface SpanRecord {
  /** Any value that a JavaScript caller passed as the name; text nearly always. */
  readonly name: string;
  readonly kind: SpanKind;
  readonly spanContext: () => SpanContext;
  readonly parentSpanContext?: SpanContext | undefined;
  /** Whole microseconds since the epoch; 0 when the start is no valid time. */
  readonly startMicros: number;
  /**
   * Whole microseconds, at least 1: backends take 0 for "unknown", and a clock set back makes no
   * negative duration.
   */
  readonly durationMicros: number;
  /** The keys, each once, in the order in which they were set. */
  readonly attributeKeys: readonly string[];
  /** The value of each key, at the same index. */
  readonly attributeValues: readonly unknown[];
  readonly events: readonly TimedEvent[];
  readonly links: readonly Link[];
  readonly status: SpanStatus;
  readonly resource: Resource;
  readonly instrumentationScope: InstrumentationScope;
  readonly droppedAttributesCount: number;
  readonly droppedEventsCount: number;
  readonly droppedLinksCount: number;
}

/** Returns the record of any span. Getters of a foreign span that throw do so here, once. */
export function spanRecord(span: ReadableSpan & { [SPAN_RECORD]?(): SpanRecord }): SpanRecord {
  return span[SPAN_RECORD]?.() ?? viewOf(span);
}

function viewOf(span: ReadableSpan): SpanRecord {
  const { attributes, startTime, duration } = span;
  const spanContext = span.spanContext();
  const attributeKeys = Object.keys(attributes);
  return {
    name: span.name,
    kind: span.kind,
    spanContext: () => spanContext,
    parentSpanContext: span.parentSpanContext,
    startMicros: microseconds(startTime),
    durationMicros: Math.max(microseconds(duration), 1),
    attributeKeys,
    attributeValues: attributeKeys.map((key) => attributes[key]),
    events: span.events,
    links: span.links,
    status: span.status,
    resource: span.resource,
    instrumentationScope: span.instrumentationScope,
    droppedAttributesCount: span.droppedAttributesCount,
    droppedEventsCount: span.droppedEventsCount,
    droppedLinksCount: span.droppedLinksCount,
  };
}

/** Returns whole microseconds; 0 for a time that is none. */
export function microseconds(time: readonly [number, number]): number {
  const value = time[0] * 1_000_000 + Math.floor(time[1] / 1000);
  return Number.isSafeInteger(value) && value > 0 ? value : 0;
}
