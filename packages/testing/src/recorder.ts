/**
 * Span processor that keeps every span from its start, with what a finding needs to know of it.
 */

import type { SpanProcessor } from "@meshtrace/core";
import { type Context, SpanKind, trace } from "@opentelemetry/api";
import { Sequence } from "./sequence.js";
import type { SpanRecord, WatchedSpan } from "./span-record.js";

const CHANGES = ["setAttribute", "setAttributes", "addEvent", "setStatus", "updateName", "recordException"] as const;

export class Recorder implements SpanProcessor {
  readonly records: SpanRecord[] = [];
  /** Called with each span when it has started. */
  onStarted: (record: SpanRecord) => void = () => {};
  readonly #waiting = new Set<() => void>();
  readonly #bySpan = new WeakMap<object, SpanRecord>();
  readonly #sequence = new Sequence();

  onStart(span: WatchedSpan, parentContext: Context): void {
    const active = trace.getSpan(parentContext);
    const record: SpanRecord = {
      span,
      parent: (active && this.#bySpan.get(active)) ?? this.#callerOf(span),
      startedAt: this.#sequence.next(),
      endedAt: undefined,
      openAtStart: this.open(),
      calledAfterEnd: [],
      refusedAttributes: [],
      startedBy: new Error(`\`${span.name}\` was started here`),
    };
    this.#bySpan.set(span, record);
    this.records.push(record);
    this.#watch(span, record);
    this.onStarted(record);
  }

  onEnd(span: object): void {
    const record = this.#bySpan.get(span);
    if (record === undefined) return;
    record.endedAt ??= this.#sequence.next();
    if (this.open().length === 0) for (const wake of this.#waiting) wake();
  }

  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }

  /** Returns the spans that have not ended, in the order of their starts. */
  open(): SpanRecord[] {
    return this.records.filter(({ endedAt }) => endedAt === undefined);
  }

  /** Resolves when no span is open, or after `timeoutMs` milliseconds. */
  settled(timeoutMs: number): Promise<void> {
    if (this.open().length === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, timeoutMs);
      this.#waiting.add(wake);
    });
  }

  /** Returns the record of a span of this process. */
  recordOf(span: object | undefined): SpanRecord | undefined {
    return span && this.#bySpan.get(span);
  }

  clear(): void {
    this.records.length = 0;
    this.#sequence.reset();
  }

  /**
   * A SERVER span in the same process as its caller: both have the same ID, or the call is its
   * parent.
   */
  #callerOf(span: WatchedSpan): SpanRecord | undefined {
    const { traceId, spanId } = span.spanContext();
    const parentId = span.parentSpanContext?.spanId;
    return this.records.findLast((other) => {
      const its = other.span.spanContext();
      if (its.traceId !== traceId) return false;
      return its.spanId === parentId || (its.spanId === spanId && other.span.kind === SpanKind.CLIENT);
    });
  }

  /** Notes calls after the end, and attributes that the span did not take. */
  #watch(span: WatchedSpan, record: SpanRecord): void {
    const methods = span as unknown as Record<string, (...args: unknown[]) => unknown>;
    for (const name of [...CHANGES, "end"]) {
      const original = methods[name];
      if (original === undefined) continue;
      methods[name] = function (this: unknown, ...args: unknown[]) {
        if (record.endedAt !== undefined) record.calledAfterEnd.push(name);
        const result = original.apply(span, args);
        if (name === "setAttribute" && span.attributes[String(args[0])] === undefined && args[1] != null) {
          if (record.endedAt === undefined) record.refusedAttributes.push(String(args[0]));
        }
        return result;
      };
    }
  }
}
