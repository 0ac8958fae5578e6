/**
 * A recording span: `Span` for the app, `ReadableSpan` for processors, `SpanRecord` for our
 * encoders. What only some readers need (attribute object, `HrTime`) is made when it is read.
 * Spec: https://opentelemetry.io/docs/specs/otel/trace/api/#span
 */
import {
  type Span as ApiSpan,
  type Attributes,
  type AttributeValue,
  type Exception,
  type HrTime,
  type Link,
  type SpanContext,
  type SpanKind,
  type SpanStatus,
  SpanStatusCode,
  type TimeInput,
} from "@opentelemetry/api";
import { SPAN_RECORD } from "../process-wide.js";
import { AttributeList } from "./attribute-list.js";
import { cleanEventAttributes, cleanMerged, entriesOf } from "./attributes.js";
import { monotonicNow } from "./clock.js";
import { exceptionAttributes } from "./exception.js";
import { cleanLink } from "./link.js";
import { warnOnce } from "./misuse.js";
import type { InstrumentationScope, ReadableSpan, Resource, TimedEvent } from "./readable-span.js";
import { microseconds, type SpanRecord } from "./span-record.js";
import type { SpanSettings } from "./span-settings.js";
import { changedStatus } from "./status.js";
import { asText } from "./text.js";
import { difference, fromMicroseconds, hrTimeOf, isTimeInput } from "./time.js";

// Private members are TypeScript's: views of a span (splitShared makes some) read them through
// their prototype.
export class Span implements ApiSpan, ReadableSpan {
  name: string;
  readonly kind: SpanKind;
  readonly parentSpanContext?: SpanContext;
  /** Milliseconds since the epoch at which the monotonic clock of this local trace is zero. */
  readonly clockOrigin: number;
  startMicros: number;
  links: Link[] = [];
  events: TimedEvent[] = [];
  status: SpanStatus = { code: SpanStatusCode.UNSET };
  ended = false;
  droppedEventsCount = 0;
  droppedLinksCount = 0;
  private readonly context: SpanContext;
  private readonly settings: SpanSettings;
  private readonly list = new AttributeList();
  /** Negative before the span has an end time. */
  private endMicros = -1;
  /** Times that a caller passed, with all their nanoseconds. */
  private givenStart: HrTime | undefined;
  private givenEnd: HrTime | undefined;

  constructor(
    settings: SpanSettings,
    context: SpanContext,
    parent: SpanContext | undefined,
    name: string,
    kind: SpanKind,
    clockOrigin: number,
    startTime: unknown,
  ) {
    this.settings = settings;
    this.context = context;
    if (parent !== undefined) this.parentSpanContext = parent;
    this.name = name;
    this.kind = kind;
    this.clockOrigin = clockOrigin;
    this.givenStart = startTime === undefined || startTime === null ? undefined : hrTimeOf(startTime, clockOrigin);
    this.startMicros = this.givenStart === undefined ? this.nowMicros() : microseconds(this.givenStart);
  }

  get resource(): Resource {
    return this.settings.resource;
  }
  get instrumentationScope(): InstrumentationScope {
    return this.settings.scope;
  }
  get startTime(): HrTime {
    return this.givenStart ?? fromMicroseconds(this.startMicros);
  }
  /** `[0, 0]` before the span has ended. */
  get endTime(): HrTime {
    return this.givenEnd ?? fromMicroseconds(Math.max(this.endMicros, 0));
  }
  /** `[-1, -1]` before the span has an end time, as in OpenTelemetry's SDK. */
  get duration(): HrTime {
    return this.endMicros < 0 ? [-1, -1] : difference(this.startTime, this.endTime);
  }
  get attributes(): Attributes {
    return this.list.asObject();
  }
  get droppedAttributesCount(): number {
    return this.list.dropped;
  }

  get durationMicros(): number {
    return Math.max(this.endMicros - this.startMicros, 1);
  }
  get attributeKeys(): readonly string[] {
    return this.list.keys;
  }
  get attributeValues(): readonly unknown[] {
    return this.list.values;
  }

  /**
   * Sets what the caller and the sampler passed at the start; `dropped`: how many of the caller's
   * were invalid.
   */
  startWith(attributes: Attributes | undefined, sampled: Readonly<Attributes> | undefined, dropped: number): void {
    const all = sampled === undefined ? { attributes, droppedAttributesCount: 0 } : cleanMerged(attributes, sampled);
    this.list.dropped = dropped + (all.droppedAttributesCount ?? 0);
    for (const [key, value] of entriesOf(all.attributes ?? {})) this.list.set(key, value, this.settings.limits);
  }

  /**
   * Sets the links of the start, which are clean; the last ones are kept where there are too many.
   */
  linkAtStart(links: Link[]): void {
    const { linkCountLimit } = this.settings.limits;
    this.droppedLinksCount = Math.max(links.length - linkCountLimit, 0);
    this.links = linkCountLimit > 0 ? links.slice(-linkCountLimit) : [];
  }

  /** Returns the span as encoders read it. */
  [SPAN_RECORD](): SpanRecord {
    this.list.refresh();
    return this;
  }

  spanContext(): SpanContext {
    return this.context;
  }

  isRecording(): boolean {
    return !this.ended;
  }

  setAttribute(key: string, value: AttributeValue): this {
    if (this.mayChange()) this.list.set(typeof key === "string" ? key : asText(key), value, this.settings.limits);
    return this;
  }

  setAttributes(attributes: Attributes): this {
    if (!this.mayChange() || typeof attributes !== "object" || attributes === null) return this;
    for (const [key, value] of entriesOf(attributes)) this.list.set(key, value, this.settings.limits);
    return this;
  }

  addEvent(name: string, attributesOrTime?: Attributes | TimeInput, time?: TimeInput): this {
    if (!this.mayChange()) return this;
    const { eventCountLimit, attributePerEventCountLimit, attributeValueLengthLimit } = this.settings.limits;
    if (eventCountLimit <= 0) {
      this.droppedEventsCount += 1;
      return this;
    }
    if (this.events.length >= eventCountLimit) {
      this.events.shift();
      this.droppedEventsCount += 1;
    }
    const timeComesSecond = isTimeInput(attributesOrTime);
    const at = timeComesSecond && !isTimeInput(time) ? attributesOrTime : time;
    const attributes = timeComesSecond ? undefined : attributesOrTime;
    this.events.push({
      name: asText(name),
      time: hrTimeOf(at, this.clockOrigin) ?? fromMicroseconds(this.nowMicros()),
      ...cleanEventAttributes(attributes, attributePerEventCountLimit, attributeValueLengthLimit),
    });
    return this;
  }

  addLink(link: Link): this {
    if (!this.mayChange()) return this;
    if (typeof link !== "object" || link === null) {
      warnOnce("a link of a span is no object");
      return this;
    }
    const { linkCountLimit } = this.settings.limits;
    if (linkCountLimit <= 0) {
      this.droppedLinksCount += 1;
      return this;
    }
    if (this.links.length >= linkCountLimit) {
      this.links.shift();
      this.droppedLinksCount += 1;
    }
    this.links.push(cleanLink(link, this.settings.limits));
    return this;
  }

  addLinks(links: Link[]): this {
    if (Array.isArray(links)) for (const link of links) this.addLink(link);
    else warnOnce("the links of a span are no list");
    return this;
  }

  setStatus(status: SpanStatus): this {
    if (this.mayChange()) this.status = changedStatus(this.status, status);
    return this;
  }

  updateName(name: string): this {
    if (this.mayChange()) this.name = asText(name);
    return this;
  }

  recordException(exception: Exception, time?: TimeInput): void {
    const attributes = exceptionAttributes(exception);
    if (attributes === undefined) warnOnce("an exception has neither type nor message");
    else this.addEvent("exception", attributes, time);
  }

  end(endTime?: TimeInput): void {
    if (this.ended) {
      warnOnce("end() was called on a span that has ended");
      return;
    }
    this.setEnd(endTime);
    this.settings.onEnding(this);
    this.ended = true;
    this.settings.onEnd(this);
  }

  private setEnd(endTime: unknown): void {
    this.givenEnd = endTime === undefined ? undefined : hrTimeOf(endTime, this.clockOrigin);
    this.endMicros = this.givenEnd === undefined ? this.nowMicros() : microseconds(this.givenEnd);
    const exact = this.givenStart !== undefined || this.givenEnd !== undefined;
    const negative = exact ? difference(this.startTime, this.endTime)[0] < 0 : this.endMicros < this.startMicros;
    if (!negative) return;
    warnOnce("a span ends before it starts; its duration is 0");
    this.givenEnd = this.givenStart;
    this.endMicros = this.startMicros;
  }

  private nowMicros(): number {
    return Math.floor((this.clockOrigin + monotonicNow()) * 1000);
  }

  private mayChange(): boolean {
    if (this.ended) warnOnce("a span was changed after its end");
    return !this.ended;
  }
}
