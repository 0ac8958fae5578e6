/**
 * The CONSUMER span of messages that are processed. It is a child of the producer's span for one
 * message, and links to the producers' spans for a batch. It never joins: a producer reports its
 * own span.
 *
 * Spec: https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/
 */
import { type Context, type Span, SpanKind, type SpanOptions, trace } from "@opentelemetry/api";
import { type AdapterTracing, adapterTracing } from "../runtime/active-tracing.js";
import { asksSampler, forwardOnly } from "../runtime/server-span.js";
import { errorLine } from "../text/error-line.js";
import { warnOnce } from "../tracer/misuse.js";
import { type Arrived, arrivedBatch, arrivedMessage, batchOf } from "./arrived.js";
import { detailsOfBatch, detailsOfMessage } from "./message-details.js";
import { isObject } from "./message-headers.js";
import { type ConsumeOptions, messageAttributes, OPERATIONS, operationName, spanName } from "./options.js";
import { runHandler } from "./run-handler.js";

/**
 * Calls `handler` with a message in the trace of its producer, and records a CONSUMER span
 * `process DESTINATION` until its result is settled. Returns the handler's result unchanged; its
 * error is recorded and thrown on. Throws nothing else.
 *
 * `message` is what the client of the broker hands out: a message of kafkajs, Confluent's client,
 * amqplib, NATS, SQS, SNS or Lambda, a job of BullMQ, a CloudEvent, or headers alone. A list is a
 * batch: its span links to each producer's span, unless it has one message. Without readable
 * headers the handler runs in a new trace. `null`, which amqplib passes when a consumer was
 * cancelled, is passed on without a span.
 *
 * @example
 * await consumer.run({
 *   eachMessage: (payload) => consume(payload, { system: "kafka" }, async ({ message }) => {
 *     await store(message.value);
 *   }),
 * });
 */
export function consume<Message, Result>(
  message: Message,
  options: ConsumeOptions<NoInfer<Message>>,
  handler: (message: Message, span: Span) => Result,
): Result {
  const tracing = adapterTracing();
  let context = tracing.contexts.active();
  let span: Span | undefined;
  if (message !== null && message !== undefined) {
    try {
      const batch = batchOf(message);
      const own = (isObject(options) ? options : {}) as ConsumeOptions;
      const arrived = arrive(tracing, context, message, batch, own);
      context = tracing.enabled ? arrived.context : forwardOnly(arrived.context);
      if (tracing.enabled) {
        span = startConsumer(tracing, message, batch, own, arrived);
        context = trace.setSpan(context, span);
      }
    } catch (error) {
      // A message, a tracer, a processor or an option of the app may throw.
      warnOnce("a message could not be traced", errorLine(error));
    }
  }
  return runHandler(tracing, context, span, handler, message);
}

function arrive(
  tracing: AdapterTracing,
  active: Context,
  message: unknown,
  batch: readonly unknown[] | undefined,
  options: ConsumeOptions,
): Arrived {
  if (batch === undefined || batch.length === 1) {
    tracing.messages.consumed += 1;
    return arrivedMessage(tracing, active, batch === undefined ? message : batch[0], options);
  }
  tracing.messages.consumed += batch.length;
  return arrivedBatch(tracing, active, batch, options);
}

function startConsumer(
  { tracer }: AdapterTracing,
  message: unknown,
  batch: readonly unknown[] | undefined,
  options: ConsumeOptions,
  { context, links }: Arrived,
): Span {
  const operation = operationName(options, OPERATIONS.consume);
  const details = batch === undefined ? detailsOfMessage(message) : detailsOfBatch(message, batch);
  const attributes = () => messageAttributes(OPERATIONS.consume, operation, options, details, batch?.length);
  const forSampler = asksSampler(context);
  const start: SpanOptions = { kind: SpanKind.CONSUMER };
  if (forSampler) start.attributes = attributes();
  if (links.length > 0) start.links = links;
  const span = tracer.startSpan(spanName(operation, options, details), start, context);
  if (!forSampler && span.isRecording()) span.setAttributes(attributes());
  return span;
}
