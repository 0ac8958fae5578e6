/**
 * OpenTelemetry's interfaces between a tracer and what follows it, as SDK 2.x and 3.x both declare
 * them. Declared here because core depends on the API alone; `test/tracer/types.test.ts` checks
 * them against both SDKs.
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
  /** Attributes of the process. */
  readonly attributes: Attributes;
  /** Schema of the attributes. */
  readonly schemaUrl?: string;
  /** Whether some attributes are not known yet. */
  readonly asyncAttributesPending?: boolean;
  /** Resolves when all attributes are known. */
  waitForAsyncAttributes?(): Promise<void>;
  /** Returns a resource with the attributes of both; those of `other` win. */
  merge(other: Resource | null): Resource;
  /** Returns the attributes as pairs. */
  getRawAttributes(): [string, Attributes[string] | Promise<Attributes[string]> | undefined][];
}

/** The library that made a span. */
export interface InstrumentationScope {
  /** Name of the library. */
  readonly name: string;
  /** Version of the library. */
  readonly version?: string;
  /** Schema of the library's attributes. */
  readonly schemaUrl?: string;
}

/** An event on a span. */
export interface TimedEvent {
  /** Time as seconds and nanoseconds since 1970. */
  time: HrTime;
  /** Name of the event. */
  name: string;
  /** Attributes within the limits. */
  attributes?: Attributes;
  /** Attributes beyond the limit. */
  droppedAttributesCount?: number;
}

/** A span as processors and exporters see it. */
export interface ReadableSpan {
  /** Name at the end of the span. */
  readonly name: string;
  /** Side of a call, or internal. */
  readonly kind: SpanKind;
  /** Returns the IDs and flags of the span. */
  readonly spanContext: () => SpanContext;
  /** IDs of the parent; `undefined` for a root. */
  readonly parentSpanContext?: SpanContext;
  /** Start as seconds and nanoseconds since 1970. */
  readonly startTime: HrTime;
  /** End as seconds and nanoseconds since 1970. */
  readonly endTime: HrTime;
  /** Status, with its message if it is an error. */
  readonly status: SpanStatus;
  /** Attributes within the limits. */
  readonly attributes: Attributes;
  /** Links within the limits. */
  readonly links: Link[];
  /** Events within the limits. */
  readonly events: TimedEvent[];
  /** Duration as seconds and nanoseconds. */
  readonly duration: HrTime;
  /** Whether the span has ended. */
  readonly ended: boolean;
  /** Attributes of the process. */
  readonly resource: Resource;
  /** Library that made the span. */
  readonly instrumentationScope: InstrumentationScope;
  /** Attributes beyond the limit. */
  readonly droppedAttributesCount: number;
  /** Events beyond the limit. */
  readonly droppedEventsCount: number;
  /** Links beyond the limit. */
  readonly droppedLinksCount: number;
}

/** What a processor gets when a span starts. */
export type RecordingSpan = ApiSpan & ReadableSpan;

/** Observer of spans, structurally OpenTelemetry's. */
export interface SpanProcessor {
  /** Called when a span starts, with the context of its parent. */
  onStart(span: RecordingSpan, parentContext: Context): void;
  /** Called before a span ends, while it can still be changed. */
  onEnding?(span: RecordingSpan): void;
  /** Called when a span has ended. */
  onEnd(span: ReadableSpan): void;
  /** Resolves when pending spans are exported. */
  forceFlush(): Promise<void>;
  /** Flushes and releases resources. */
  shutdown(): Promise<void>;
}

/** The result of an export: code 0 is success, 1 is failure. */
export interface ExportResult {
  /** 0 for success, 1 for failure. */
  code: 0 | 1;
  /** Cause of a failure. */
  error?: Error;
}

/** Receiver of ended spans, structurally OpenTelemetry's. */
export interface SpanExporter {
  /** Exports spans and calls back with the result. */
  export(spans: ReadableSpan[], resultCallback: (result: ExportResult) => void): void;
  /** Resolves when pending exports are over. */
  forceFlush?(): Promise<void>;
  /** Flushes and releases resources. */
  shutdown(): Promise<void>;
}

/** Source of trace IDs and span IDs, structurally OpenTelemetry's. */
export interface IdGenerator {
  /** Returns 32 lower-case hex characters, not all zero. */
  generateTraceId(): string;
  /** Returns 16 lower-case hex characters, not all zero. */
  generateSpanId(): string;
}

/** Limits of a span. Each one is a whole number, or `Infinity`. */
export interface SpanLimits {
  /** Characters of an attribute's text. @default no limit */
  attributeValueLengthLimit?: number;
  /** Attributes of a span. @default 128 */
  attributeCountLimit?: number;
  /** Links of a span. @default 128 */
  linkCountLimit?: number;
  /** Events of a span. @default 128 */
  eventCountLimit?: number;
  /** Attributes of an event. @default 128 */
  attributePerEventCountLimit?: number;
  /** Attributes of a link. @default 128 */
  attributePerLinkCountLimit?: number;
}
