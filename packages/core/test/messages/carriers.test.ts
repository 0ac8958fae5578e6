/** Every client keeps the headers of a message elsewhere: what one side writes, the other reads. */

import { CloudEvent } from "cloudevents";
import { headers as natsHeaders } from "nats";
import { expect, test } from "vitest";
import { consume, injectMessage } from "../../src/messages.js";
import { SPAN_ID } from "../kit/incoming-headers.js";
import { ended, idOf, inRequest, parentOf, REQUEST_ID, spanNamed, TRACE, TRACEPARENT, tracing } from "./recorded.js";

type Bag = Record<string, unknown>;
const buffers = (headers: Bag): Bag =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Buffer.from(String(value))]));
const received = (attributes: Bag, value: string, type: string): Bag =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, attribute]) => [
      name,
      { [value]: (attribute as Bag)["StringValue"], [type]: "String" },
    ]),
  );

interface Row {
  readonly system: string;
  /** What the producer has before. */
  readonly target: () => unknown;
  /** What the broker makes of it. */
  readonly delivered: (sent: never) => unknown;
}

const EVENT = { id: "1", source: "/times", type: "time", data: { now: 1 } };

const ROWS: Record<string, Row> = {
  "kafkajs, one message": {
    system: "kafka",
    target: () => ({}),
    delivered: (headers: Bag) => ({
      topic: "times",
      partition: 0,
      message: { value: null, headers: buffers(headers) },
    }),
  },
  "kafkajs, a message of a batch": {
    system: "kafka",
    target: () => undefined,
    delivered: (headers: Bag) => ({ value: null, offset: "7", headers: buffers(headers) }),
  },
  "kafkajs, headers in lists": {
    system: "kafka",
    target: () => ({}),
    delivered: (headers: Bag) => ({
      headers: Object.fromEntries(Object.entries(buffers(headers)).map(([name, value]) => [name, [value]])),
    }),
  },
  "librdkafka, a list of objects": {
    system: "kafka",
    target: () => [],
    delivered: (headers: [string, string][]) => ({
      topic: "times",
      headers: headers.map(([name, value]) => ({ [name]: Buffer.from(value) })),
    }),
  },
  "a Map": {
    system: "kafka",
    target: () => new Map(),
    delivered: (headers: Map<string, string>) => ({ topic: "times", headers }),
  },
  amqplib: {
    system: "rabbitmq",
    target: () => ({}),
    delivered: (headers: Bag) => ({ fields: { exchange: "", routingKey: "times" }, properties: { headers } }),
  },
  "AMQP 1.0": {
    system: "servicebus",
    target: () => ({}),
    delivered: (headers: Bag) => ({ application_properties: headers }),
  },
  NATS: {
    system: "nats",
    target: () => natsHeaders(),
    delivered: (headers: unknown) => ({ subject: "times", headers }),
  },
  SQS: {
    system: "aws_sqs",
    target: () => ({}),
    delivered: (attributes: Bag) => ({ MessageId: "1", MessageAttributes: attributes }),
  },
  "SQS for Lambda": {
    system: "aws_sqs",
    target: () => ({}),
    delivered: (attributes: Bag) => ({ messageAttributes: received(attributes, "stringValue", "dataType") }),
  },
  "SNS for Lambda": {
    system: "aws.sns",
    target: () => ({}),
    delivered: (attributes: Bag) => ({ Sns: { MessageAttributes: received(attributes, "Value", "Type") } }),
  },
  "SNS over SQS": {
    system: "aws.sns",
    target: () => ({}),
    delivered: (attributes: Bag) => ({
      Body: JSON.stringify({ Type: "Notification", MessageAttributes: received(attributes, "Value", "Type") }),
    }),
  },
  "BullMQ, a job": {
    system: "bullmq",
    target: () => ({ to: "ann" }),
    delivered: (data: Bag) => ({ id: "1", queueName: "mail", data: JSON.parse(JSON.stringify(data)), opts: {} }),
  },
  "BullMQ, the data of a job": {
    system: "bullmq",
    target: () => ({ to: "ann" }),
    delivered: (data: Bag) => data,
  },
  "BullMQ, its own telemetry": {
    system: "bullmq",
    target: () => undefined,
    delivered: ({ meshtrace }: Bag) => ({
      queueName: "mail",
      data: {},
      opts: { telemetry: { metadata: JSON.stringify(meshtrace) } },
    }),
  },
  "a CloudEvent of its SDK": {
    system: "kafka",
    target: () => new CloudEvent(EVENT),
    delivered: (event: CloudEvent<unknown>) => new CloudEvent(JSON.parse(event.toString())),
  },
  "a CloudEvent as JSON": {
    system: "kafka",
    target: () => ({ specversion: "1.0", ...EVENT }),
    delivered: (event: Bag) => JSON.parse(JSON.stringify(event)),
  },
  "a frozen object": {
    system: "kafka",
    target: () => Object.freeze({ own: "1" }),
    delivered: (headers: Bag) => ({ headers }),
  },
};

test.each(Object.entries(ROWS))("%s: B3, traceparent and x-request-id survive", (_, { system, target, delivered }) => {
  const before = target();
  const sent = inRequest(() => injectMessage(before, { system, destination: "times" }), {
    "x-b3-traceid": TRACE,
    "x-b3-spanid": SPAN_ID,
    "x-b3-sampled": "1",
    traceparent: TRACEPARENT,
    "x-request-id": REQUEST_ID,
  });
  if (Object.isExtensible(before)) expect(sent).toBe(before);
  const called = consume(delivered(sent as never), { system, destination: "times" }, () => injectMessage({}));
  const producer = spanNamed("create times");
  const consumer = spanNamed("process times");
  expect(parentOf(consumer)?.spanId).toBe(idOf(producer));
  expect(idOf(consumer)).not.toBe(idOf(producer));
  expect(called).toMatchObject({
    "x-b3-traceid": TRACE,
    "x-b3-spanid": idOf(consumer),
    "x-request-id": REQUEST_ID,
    traceparent: expect.stringContaining(`00-${TRACE}-${idOf(consumer)}-01`),
  });
});

test("a caller that sent B3 alone is answered in B3 by attributes and events too", () => {
  const [attributes, event] = inRequest(() => [
    injectMessage({}, { system: "aws_sqs" }),
    injectMessage({ specversion: "1.0", ...EVENT, traceparent: "stale", tracestate: "stale=1" }),
  ]);
  const b3 = { DataType: "String", StringValue: expect.stringMatching(new RegExp(`^${TRACE}-[0-9a-f]{16}-1$`)) };
  expect(attributes).toEqual({ b3, "x-request-id": { DataType: "String", StringValue: REQUEST_ID } });
  expect(JSON.parse(JSON.stringify(event))).toEqual({
    specversion: "1.0",
    ...EVENT,
    b3: expect.any(String),
    xrequestid: REQUEST_ID,
  });
});

test("ten attributes are the limit: the most important headers go, the rest is counted", () => {
  const before = tracing.report().messages.headersOmitted;
  const own = Object.fromEntries(
    Array.from({ length: 8 }, (_, index) => [`own${index}`, { DataType: "Number", StringValue: "1" }]),
  );
  const both = { ...{ traceparent: TRACEPARENT }, "x-b3-traceid": TRACE, "x-b3-spanid": SPAN_ID };
  const sent = inRequest(() => injectMessage({ ...own }), { ...both, "x-request-id": REQUEST_ID });
  expect(Object.keys(sent)).toEqual([...Object.keys(own), "b3", "x-request-id"]);
  expect(tracing.report().messages.headersOmitted).toBe(before + 2);
  // Received attributes that are sent on: ours are replaced, and take no second place.
  const again = inRequest(() => injectMessage({ ...sent, traceparent: own["own0"] }, { system: "aws_sqs" }));
  expect(Object.keys(again)).toEqual(Object.keys(sent));
  const full = { ...own, own8: own["own0"], own9: own["own0"] };
  expect(inRequest(() => injectMessage({ ...full }, { system: "aws_sqs" }))).toEqual(full);
});

test.each([["text"], [7], [true], [Symbol("x")], [() => {}]])(
  "headers that are %s are sent as they are, and counted",
  (headers) => {
    const { produced, unwritable } = tracing.report().messages;
    expect(inRequest(() => injectMessage(headers, { system: "kafka" }))).toBe(headers);
    expect(tracing.report().messages).toMatchObject({ produced, unwritable: unwritable + 1 });
  },
);

test.each<[string, unknown]>([
  ["text", { headers: "x-b3-traceid: 1" }],
  ["a number", { properties: { headers: 7 } }],
  [
    "a getter that throws",
    Object.defineProperty({}, "headers", {
      get: () => {
        throw new Error("closed");
      },
    }),
  ],
])("a message whose headers are %s is consumed in a new trace, and counted", (_, message) => {
  const { consumed, unreadable } = tracing.report().messages;
  expect(consume(message, { system: "kafka" }, (same) => same)).toBe(message);
  expect(tracing.report().messages).toMatchObject({ consumed: consumed + 1, unreadable: unreadable + 1 });
  expect(parentOf(spanNamed("process"))).toBeUndefined();
});

test.each<[string, unknown]>([
  ["text", "hello"],
  ["a number", 7],
  ["an empty list", []],
  ["a list of nothing", [null, undefined, 3]],
  [
    "a revoked proxy",
    (() => {
      const { proxy, revoke } = Proxy.revocable({}, {});
      revoke();
      return proxy;
    })(),
  ],
  ["headers of odd values", { headers: { "x-b3-traceid": {}, traceparent: [null], b3: Symbol("x") } }],
  ["an unfinished envelope", { Body: '{"Type":"Notification","MessageAttributes":' }],
])("a message that is %s reaches its handler", (_, message) => {
  expect(consume(message, { system: "kafka" }, (same) => same === message)).toBe(true);
});

test.each([[undefined], [null], [7], [{ system: 7, destination: {}, attributes: 7, headersOf: 7 }]])(
  "options that are %o are ignored",
  (options) => {
    expect(consume({}, options as never, () => "result")).toBe("result");
    expect(injectMessage({ own: "1" }, options as never)).toMatchObject({ own: "1" });
    expect(ended.every(({ attributes }) => attributes["messaging.system"] === "unknown")).toBe(true);
  },
);

test("a message that is sent on without a context keeps the trace of its headers", () => {
  const headers = { "x-b3-traceid": TRACE, "x-b3-spanid": SPAN_ID, "x-b3-sampled": "1" };
  expect(injectMessage({ ...headers })).toEqual(headers);
  expect(injectMessage({ ...headers }, { system: "kafka" })).toMatchObject({ "x-b3-traceid": TRACE });
  expect(parentOf(spanNamed("create"))?.spanId).toBe(SPAN_ID);
});
