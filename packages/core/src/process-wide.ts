/**
 * Everything that the ESM and the CommonJS build share in one process, by registered symbols. A
 * member whose shape changes needs a new version in its name.
 */

// State: one value for the process, on the global object.
/** The tracing that adapters use. */
export const ACTIVE_TRACING: unique symbol = Symbol.for("meshtrace.active-tracing.v1") as never;
/** The first call of `initTracing()`. */
export const STARTED: unique symbol = Symbol.for("meshtrace.started.v1") as never;
/** The IDs that the next span of an OpenTelemetry SDK takes. */
export const PENDING_JOIN: unique symbol = Symbol.for("meshtrace.pending-join.v1") as never;

/** The spans of requests that were received, by their carriers. */
export const RECEIVED_SPANS: unique symbol = Symbol.for("meshtrace.received-spans.v1") as never;
/** Instrumentations of OpenTelemetry beside our adapters. */
export const OVERLAPS: unique symbol = Symbol.for("meshtrace.overlaps.v1") as never;
/** The function that observes promises: one class marks them for both builds. */
export const WATCH_PROMISE: unique symbol = Symbol.for("meshtrace.watch-promise.v1") as never;

// Marks: by them one build recognises an object that the other made.
/** On span contexts: the name of the service that shares the span ID. */
export const SHARED: unique symbol = Symbol.for("meshtrace.shared.v2") as never;
/** On span contexts: a debug flag forced the trace. */
export const DEBUG: unique symbol = Symbol.for("meshtrace.debug.v1") as never;
/** On spans that do not record: their role. */
export const ROLE: unique symbol = Symbol.for("meshtrace.non-recording-span.v1") as never;
/** On recording spans: the method that returns their record. */
export const SPAN_RECORD: unique symbol = Symbol.for("meshtrace.span-record.v1") as never;
/** On tracers whose SERVER spans join. */
export const JOINS: unique symbol = Symbol.for("meshtrace.joining-tracer.v1") as never;
/** On emitters that the context manager has bound. */
export const BOUND: unique symbol = Symbol.for("meshtrace.bound-emitter.v1") as never;
/** On exporters that take encoded spans. */
export const NEW_BATCH: unique symbol = Symbol.for("meshtrace.new-batch.v1") as never;
/** On trace states: the members of other vendors, as text. */
export const TRACESTATE_OTHERS: unique symbol = Symbol.for("meshtrace.tracestate.v1") as never;
/** On setters whose carriers may lose headers. */
export const REMOVES_HEADERS: unique symbol = Symbol.for("meshtrace.header-carrier-setter.v1") as never;
