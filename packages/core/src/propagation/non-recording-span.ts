/**
 * A span that records nothing and still has a place in the trace.
 */
import type { Attributes, Exception, Link, Span, SpanContext, SpanStatus, TimeInput } from "@opentelemetry/api";
import { ROLE } from "../process-wide.js";

/**
 * Why a span is not recorded: it is the caller's (`remote`), the decision was no (`unsampled`), or
 * it represents the caller's span in a request that is only forwarded (`forwarded`).
 */
export type NonRecordingRole = "remote" | "unsampled" | "forwarded";

/** Role of our non-recording span; `undefined` for every other span. */
export function nonRecordingRole(span: Span): NonRecordingRole | undefined {
  return (span as { [ROLE]?: NonRecordingRole })[ROLE];
}

export class NonRecordingSpan implements Span {
  readonly [ROLE]: NonRecordingRole;
  readonly parentSpanContext: SpanContext | undefined;
  readonly #spanContext: SpanContext;

  constructor(role: NonRecordingRole, spanContext: SpanContext, parentSpanContext?: SpanContext) {
    this[ROLE] = role;
    this.#spanContext = spanContext;
    this.parentSpanContext = parentSpanContext;
  }

  spanContext(): SpanContext {
    return this.#spanContext;
  }
  setAttribute(_key: string, _value: unknown): this {
    return this;
  }
  setAttributes(_attributes: Attributes): this {
    return this;
  }
  addEvent(_name: string): this {
    return this;
  }
  addLink(_link: Link): this {
    return this;
  }
  addLinks(_links: Link[]): this {
    return this;
  }
  setStatus(_status: SpanStatus): this {
    return this;
  }
  updateName(_name: string): this {
    return this;
  }
  end(_endTime?: TimeInput): void {}
  isRecording(): boolean {
    return false;
  }
  recordException(_exception: Exception): void {}
}
