/** The spans of messages: their place in the trace, their names and attributes. */
import { context, SpanKind, trace } from "@opentelemetry/api";
import { expect, test } from "vitest";
import { consume, injectMessage, produce } from "../../src/messages.js";
import { suppressTracing } from "../../src/propagation/suppress-tracing.js";
import type { ReadableSpan } from "../../src/tracer/readable-span.js";
import { ended, INCOMING, idOf, inRequest, parentOf, REQUEST_ID, spanNamed, TRACE, tracing } from "./recorded.js";

const OTHER = { ...INCOMING, "x-b3-traceid": "a2fb4a1d1a96d312463ac35c9f6413ad", "x-request-id": "other" };
const UNSAMPLED = { ...INCOMING, "x-b3-sampled": "0" };
const message = (headers: object): { headers: object } => ({ headers });
const traceOf = (): string | undefined => trace.getActiveSpan()?.spanContext().traceId;

test("kafka: a producer, a consumer and what the consumer calls are one trace", () => {
  inRequest(() =>
    produce({}, { system: "kafka", destination: "times" }, (headers) => {
      const payload = { topic: "times", partition: 3, message: { offset: "12", value: null, headers } };
      consume(payload, { system: "kafka", consumerGroup: "g", clientId: "c", attributes: { own: 1 } }, () => {});
    }),
  );
  const [request, producer, consumer] = ["request", "send times", "process times"].map(spanNamed) as [
    ReadableSpan,
    ReadableSpan,
    ReadableSpan,
  ];
  expect(parentOf(producer)?.spanId).toBe(idOf(request));
  expect(parentOf(consumer)?.spanId).toBe(idOf(producer));
  expect(producer).toMatchObject({
    kind: SpanKind.PRODUCER,
    attributes: {
      "messaging.system": "kafka",
      "messaging.operation.type": "send",
      "messaging.operation.name": "send",
      "messaging.destination.name": "times",
    },
  });
  expect(consumer.kind).toBe(SpanKind.CONSUMER);
  expect(consumer.attributes).toEqual({
    "messaging.system": "kafka",
    "messaging.operation.type": "process",
    "messaging.operation.name": "process",
    "messaging.destination.name": "times",
    "messaging.destination.partition.id": "3",
    "messaging.kafka.offset": 12,
    "messaging.kafka.message.tombstone": true,
    "messaging.consumer.group.name": "g",
    "messaging.client.id": "c",
    own: 1,
  });
});

test.each([
  [
    "amqplib",
    {
      fields: { exchange: "shop", routingKey: "order.7", deliveryTag: 5 },
      properties: { headers: {}, messageId: "m", correlationId: "c" },
    },
    "process",
    {
      "messaging.destination.name": "shop:order.7",
      "messaging.rabbitmq.destination.routing_key": "order.7",
      "messaging.rabbitmq.message.delivery_tag": 5,
      "messaging.message.id": "m",
      "messaging.message.conversation_id": "c",
    },
  ],
  [
    "NATS",
    { subject: "orders.7.created", headers: undefined },
    "process",
    { "messaging.destination.name": "orders.7.created" },
  ],
  ["NATS, an inbox", { subject: "_INBOX.xyz" }, "process", { "messaging.destination.temporary": true }],
  ["BullMQ", { queueName: "mail", id: 7, data: {} }, "process mail", { "messaging.message.id": "7" }],
  ["SQS", { MessageId: "id", Body: "text" }, "process", { "messaging.message.id": "id" }],
])("%s: what the message says is in the span", (_, received, name, attributes) => {
  consume(received, { system: "any" }, () => {});
  expect(spanNamed(name).attributes).toMatchObject(attributes);
});

test("a destination of one client is no part of a name", () => {
  consume({}, { system: "nats", destination: "_INBOX.abc" }, () => {});
  expect(spanNamed("process (temporary)").attributes["messaging.destination.temporary"]).toBe(true);
});

test("operation, message ID and a headers function of the app's", () => {
  const own = { envelope: INCOMING };
  const options = { system: "own", operation: "handle", messageId: "1", headersOf: (it: typeof own) => it.envelope };
  expect(consume(own, options, traceOf)).toBe(TRACE);
  expect(spanNamed("handle").attributes).toMatchObject({
    "messaging.operation.name": "handle",
    "messaging.operation.type": "process",
    "messaging.message.id": "1",
  });
});

test("a consumer never joins the producer's span", () => {
  consume(message(INCOMING), { system: "kafka" }, () => {});
  const consumer = spanNamed("process");
  expect(consumer.spanContext().traceId).toBe(TRACE);
  expect(idOf(consumer)).not.toBe(INCOMING["x-b3-spanid"]);
  expect(parentOf(consumer)?.spanId).toBe(INCOMING["x-b3-spanid"]);
});

test("a batch links to each producer once, and starts a trace that is recorded if one of its messages is", () => {
  const batch = [message(UNSAMPLED), message(INCOMING), message(INCOMING), message({}), message(OTHER)];
  const headers = consume(batch, { system: "kafka", destination: "times" }, () => injectMessage());
  const span = spanNamed("process times");
  expect(parentOf(span)).toBeUndefined();
  expect([TRACE, OTHER["x-b3-traceid"]]).not.toContain(span.spanContext().traceId);
  expect(span.links.map((link) => link.context.traceId)).toEqual([TRACE, OTHER["x-b3-traceid"]]);
  expect(span.attributes["messaging.batch.message_count"]).toBe(5);
  // No request ID is right for all of them.
  expect(headers).toMatchObject({ "x-b3-spanid": idOf(span), traceparent: expect.any(String) });
  expect(headers).not.toHaveProperty("x-request-id");
});

test("a batch of unsampled messages is not recorded, and calls say so", () => {
  const headers = consume([message(UNSAMPLED), message(UNSAMPLED)], { system: "kafka" }, () => injectMessage());
  expect(ended).toEqual([]);
  expect(headers).toMatchObject({ "x-b3-sampled": "0", "x-request-id": REQUEST_ID });
});

test.each([
  ["a list", [message(INCOMING)]],
  ["Lambda", { Records: [message(INCOMING)] }],
  ["kafkajs", { batch: { topic: "times", partition: 1, messages: [message(INCOMING)] } }],
])("a batch of one, %s, continues the trace of its message", (_, batch) => {
  expect(consume(batch, { system: "kafka" }, traceOf)).toBe(TRACE);
  expect(ended[0]?.attributes["messaging.batch.message_count"]).toBe(1);
  expect(ended[0]?.links).toEqual([]);
});

test("an unsampled message is not recorded, and its calls say so", () => {
  expect(consume(message(UNSAMPLED), { system: "kafka" }, () => injectMessage())).toMatchObject({
    "x-b3-traceid": TRACE,
    "x-b3-sampled": "0",
    "x-request-id": REQUEST_ID,
  });
  expect(ended).toEqual([]);
});

test("a message that is processed within other work links to it", () => {
  inRequest(() => consume(message(OTHER), { system: "kafka" }, () => {}));
  const span = spanNamed("process");
  expect(span.spanContext().traceId).toBe(OTHER["x-b3-traceid"]);
  expect(span.links.map((link) => link.context.spanId)).toEqual([idOf(spanNamed("request"))]);
});

test("a message without context is part of the work around it, unless that has ended", () => {
  let later = (): void => {};
  inRequest(() => {
    consume({}, { system: "kafka", destination: "now" }, () => {});
    const subscribed = context.active();
    later = () => context.with(subscribed, () => consume({}, { system: "kafka", destination: "later" }, () => {}));
  });
  later();
  expect(parentOf(spanNamed("process now"))?.spanId).toBe(idOf(spanNamed("request")));
  expect(parentOf(spanNamed("process later"))).toBeUndefined();
  expect(spanNamed("process later").spanContext().traceId).not.toBe(TRACE);
});

test("trust: restart links, ignore takes nothing", () => {
  const restarted = consume(message(INCOMING), { system: "a", trust: "restart" }, () => injectMessage());
  expect(ended[0]?.links.map((link) => link.context.traceId)).toEqual([TRACE]);
  expect(restarted).toMatchObject({ "x-request-id": REQUEST_ID });
  expect(restarted["x-b3-traceid"]).not.toBe(TRACE);
  expect(consume(message(INCOMING), { system: "a", trust: "ignore" }, () => injectMessage())).not.toHaveProperty(
    "x-request-id",
  );
});

test("null, which says that a consumer was cancelled, is passed on without a span", () => {
  expect(consume(null, { system: "rabbitmq" }, (it) => it)).toBeNull();
  expect(consume(undefined, { system: "rabbitmq" }, (it) => it)).toBeUndefined();
  expect(ended).toEqual([]);
});

test("nothing is traced where tracing is suppressed", () => {
  const quiet = suppressTracing(context.active());
  context.with(quiet, () => {
    expect(injectMessage({}, { system: "kafka" })).toEqual({ b3: "0" });
    expect(consume(message(INCOMING), { system: "kafka" }, () => 7)).toBe(7);
  });
  expect(ended).toEqual([]);
});

test("after shutdown headers are forwarded as they came", async () => {
  await tracing.shutdown();
  const headers = consume(message(INCOMING), { system: "kafka" }, () => injectMessage({}, { system: "kafka" }));
  expect(headers).toEqual(INCOMING);
  expect(produce({}, { system: "kafka" }, () => 7)).toBe(7);
  expect(ended).toEqual([]);
});
