/**
 * OpenTelemetry's interfaces between a tracer and what follows it, as SDK 2.x and 3.x both declare them. Declared here
 * because core depends on the API alone; `test/tracer/types.test.ts` checks them against both SDKs.
 */
import type {
  Span as ApiSpan,
  Attributes,
  Context,
  HrTime,
  Link,
  SpanContext,
  SpanKind,
  SpanStatus,
} from "@opentelemetry/api";

/** The process, or whatever else makes spans. */
export interface Resource {
  readonly attributes: Attributes;
  readonly schemaUrl?: string;
  readonly asyncAttributesPending?: boolean;
  waitForAsyncAttributes?(): Promise<void>;
  merge(other: Resource | null): Resource;
  getRawAttributes(): [string, Attributes[string] | Promise<Attributes[string]> | undefined][];
}

/** The library that made a span. */
export interface InstrumentationScope {
  readonly name: string;
  readonly version?: string;
  readonly schemaUrl?: string;
}

/** An event on a span. */
export interface TimedEvent {
  time: HrTime;
  name: string;
  attributes?: Attributes;
  droppedAttributesCount?: number;
}

/** A span as processors and exporters see it. */
export interface ReadableSpan {
  readonly name: string;
  readonly kind: SpanKind;
  readonly spanContext: () => SpanContext;
  readonly parentSpanContext?: SpanContext;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly status: SpanStatus;
  readonly attributes: Attributes;
  readonly links: Link[];
  readonly events: TimedEvent[];
  readonly duration: HrTime;
  readonly ended: boolean;
  readonly resource: Resource;
  readonly instrumentationScope: InstrumentationScope;
  readonly droppedAttributesCount: number;
  readonly droppedEventsCount: number;
  readonly droppedLinksCount: number;
}

/** What a processor gets when a span starts. */
export type RecordingSpan = ApiSpan & ReadableSpan;

export interface SpanProcessor {
  onStart(span: RecordingSpan, parentContext: Context): void;
  onEnding?(span: RecordingSpan): void;
  onEnd(span: ReadableSpan): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

/** The result of an export: code 0 is success, 1 is failure. */
export interface ExportResult {
  code: 0 | 1;
  error?: Error;
}

export interface SpanExporter {
  export(spans: ReadableSpan[], resultCallback: (result: ExportResult) => void): void;
  forceFlush?(): Promise<void>;
  shutdown(): Promise<void>;
}

export interface IdGenerator {
  /** Returns 32 lower-case hex characters, not all zero. */
  generateTraceId(): string;
  /** Returns 16 lower-case hex characters, not all zero. */
  generateSpanId(): string;
}

/** Limits of a span. Each one is a whole number, or `Infinity`. */
export interface SpanLimits {
  attributeValueLengthLimit?: number;
  attributeCountLimit?: number;
  linkCountLimit?: number;
  eventCountLimit?: number;
  attributePerEventCountLimit?: number;
  attributePerLinkCountLimit?: number;
}
