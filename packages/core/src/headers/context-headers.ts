/**
 * The headers of both families, as they were read or as they are to be written.
 */

/** The values of both families; `undefined` for what is not there. */
export interface ContextHeaders<Value = unknown> {
  readonly traceId: Value | undefined;
  readonly spanId: Value | undefined;
  readonly parentSpanId: Value | undefined;
  readonly sampled: Value | undefined;
  readonly flags: Value | undefined;
  readonly single: Value | undefined;
  readonly traceparent: Value | undefined;
  readonly tracestate: Value | undefined;
}
