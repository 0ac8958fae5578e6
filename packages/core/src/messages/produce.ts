/**
 * The headers of messages that are sent, and their PRODUCER spans.
 *
 * Spec: https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/
 */
import { type Context, defaultTextMapGetter, type Span, SpanKind, trace } from "@opentelemetry/api";
import { meshState, spanOf } from "../propagation/request-context.js";
import { type AdapterTracing, adapterTracing } from "../runtime/active-tracing.js";
import { errorLine } from "../text/error-line.js";
import { warnOnce } from "../tracer/misuse.js";
import { headersOfMessage, isObject } from "./message-headers.js";
import {
  type MessageOptions,
  messageAttributes,
  OPERATIONS,
  type OperationType,
  operationName,
  spanName,
} from "./options.js";
import { runHandler } from "./run-handler.js";
import { writeMessage } from "./write-message.js";

/** What `injectMessage` returns: the type of what it was given. */
export type Injected<Headers> = Headers extends null | undefined ? Record<string, string> : Headers;

/**
 * Writes the tracing headers of the active context on the headers of a message, and returns what to
 * send: `headers` itself, a new object where it is `undefined`, a copy where it is frozen. With
 * `options`, a PRODUCER span `create DESTINATION` is recorded, and the headers name it.
 *
 * `headers` is a plain object, a list, a `Map`, NATS' headers, the `MessageAttributes` of SQS and
 * SNS, a CloudEvent, or the data of a BullMQ job. Anything else is returned as it is, and counted.
 * Never throws.
 *
 * @example
 * const headers = injectMessage({}, { system: "kafka", destination: "times" });
 * await producer.send({ topic: "times", messages: [{ value: "now", headers }] });
 */
export function injectMessage<Headers = undefined>(headers?: Headers, options?: MessageOptions): Injected<Headers> {
  const tracing = adapterTracing();
  const context = contextFor(tracing, headers);
  const span = isObject(options) ? startProducer(tracing, context, options, OPERATIONS.injectMessage) : undefined;
  const own = span === undefined ? context : trace.setSpan(context, span);
  const written = writeMessage(tracing, own, headers, options?.system);
  span?.end();
  return written as Injected<Headers>;
}

/**
 * Calls `send` with the headers of a message, as `injectMessage` returns them, and records a
 * PRODUCER span `send DESTINATION` until its result is settled. One call may send several messages
 * with the same headers. Returns the result of `send` unchanged; its error is recorded and thrown
 * on.
 *
 * @example
 * await produce({}, { system: "kafka", destination: "times" }, (headers) =>
 *   producer.send({ topic: "times", messages: [{ value: "now", headers }] }),
 * );
 */
export function produce<Headers, Result>(
  headers: Headers,
  options: MessageOptions,
  send: (headers: Injected<Headers>, span: Span) => Result,
): Result {
  const tracing = adapterTracing();
  const context = contextFor(tracing, headers);
  const span = startProducer(tracing, context, isObject(options) ? options : { system: "" }, OPERATIONS.produce);
  const own = span === undefined ? context : trace.setSpan(context, span);
  const written = writeMessage(tracing, own, headers, options?.system) as Injected<Headers>;
  return runHandler(tracing, own, span, send, written);
}

/** The active context. Without one, a message that is passed on keeps the trace of its headers. */
function contextFor({ contexts, propagator }: AdapterTracing, headers: unknown): Context {
  const active = contexts.active();
  if (!isObject(headers) || spanOf(active) !== undefined || meshState(active) !== undefined) return active;
  try {
    return propagator.extract(active, headersOfMessage(headers), defaultTextMapGetter);
  } catch {
    return active;
  }
}

/** Returns `undefined` where nothing is traced. */
function startProducer(
  { enabled, tracer }: AdapterTracing,
  context: Context,
  options: MessageOptions,
  type: OperationType,
): Span | undefined {
  if (!enabled) return undefined;
  try {
    const operation = operationName(options, type);
    const attributes = messageAttributes(type, operation, options, {}, undefined);
    return tracer.startSpan(spanName(operation, options, {}), { kind: SpanKind.PRODUCER, attributes }, context);
  } catch (error) {
    // A tracer, a processor or an option of the app may throw.
    warnOnce("a message could not be traced", errorLine(error));
    return undefined;
  }
}
