/**
 * Messages of real clients over real brokers: what is called by the consumer is in the trace of the
 * request that produced the message.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { initTracing } from "@meshtrace/core";
import { consume, injectMessage, produce } from "@meshtrace/core/messages";
import { context, defaultTextMapGetter, ROOT_CONTEXT, SpanKind, trace } from "@opentelemetry/api";
import amqp from "amqplib";
import { Queue, Worker } from "bullmq";
import { Kafka, logLevel } from "kafkajs";
import { connect, headers as natsHeaders } from "nats";
import { afterEach, expect, test } from "vitest";
import {
  type Broker,
  hasRabbitMq,
  startElasticMq,
  startKafka,
  startNats,
  startRabbitMq,
  startValkey,
} from "./brokers.js";

interface Ended {
  readonly name: string;
  readonly kind: SpanKind;
  readonly parentSpanContext?: { readonly spanId: string };
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly links: readonly { readonly context: { readonly traceId: string } }[];
  spanContext(): { readonly traceId: string; readonly spanId: string };
}

const ended: Ended[] = [];
const tracing = initTracing({
  exporter: "none",
  shutdown: false,
  spanProcessors: [
    {
      onStart() {},
      onEnd: (span) => void ended.push(span),
      forceFlush: async () => {},
      shutdown: async () => {},
    },
  ],
});
const REQUEST = {
  "x-b3-traceid": "80f198ee56343ba864fe8b2a57d3eff7",
  "x-b3-spanid": "e457b5a2e4d86bd1",
  "x-b3-sampled": "1",
  "x-request-id": "ec219ebe-5bfd-918f-a8aa-ff14b5843aa7",
};

const stops: (() => unknown)[] = [];
const later = (stop: () => unknown): void => void stops.unshift(stop);
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  ended.length = 0;
});

/** Runs `work` in the context of a request, as a server adapter does. */
function inRequest<Result>(work: () => Result): Result {
  return context.with(tracing.propagator.extract(ROOT_CONTEXT, REQUEST, defaultTextMapGetter), work);
}

/** What the consumer saw, once it has seen it. */
function arrival<Value>(): { readonly promise: Promise<Value>; readonly arrived: (value: Value) => void } {
  let arrived: (value: Value) => void = () => {};
  const promise = new Promise<Value>((resolve) => {
    arrived = resolve;
  });
  return { promise, arrived };
}

async function started(start: () => Promise<Broker>): Promise<number> {
  const broker = await start();
  later(() => broker.stop());
  return broker.port;
}

/** Expects the consumer below the producer, below the request, and its calls to say so. */
async function expectOneTrace(called: Readonly<Record<string, unknown>>, attributes: object = {}): Promise<void> {
  while (ended.filter(({ kind }) => kind === SpanKind.CONSUMER).length === 0) await sleep(5);
  const of = (kind: SpanKind): Ended => ended.find((span) => span.kind === kind) as Ended;
  const [producer, consumer] = [of(SpanKind.PRODUCER), of(SpanKind.CONSUMER)];
  expect(producer.parentSpanContext?.spanId).toBe(REQUEST["x-b3-spanid"]);
  expect(consumer.parentSpanContext?.spanId).toBe(producer.spanContext().spanId);
  expect(consumer.attributes).toMatchObject(attributes);
  expect(called).toEqual({
    ...REQUEST,
    "x-b3-spanid": consumer.spanContext().spanId,
    "x-b3-parentspanid": expect.any(String),
  });
}

test("NATS", async () => {
  const connection = await connect({ servers: `127.0.0.1:${await started(startNats)}` });
  later(() => connection.close());
  const { promise, arrived } = arrival<Record<string, string>>();
  connection.subscribe("times.now", {
    callback: (_error, message) =>
      consume(message, { system: "nats", destination: "times" }, async () => arrived(injectMessage())),
  });
  const options = { system: "nats", destination: "times" };
  inRequest(() => connection.publish("times.now", "now", { headers: injectMessage(natsHeaders(), options) }));
  await expectOneTrace(await promise, { "messaging.system": "nats", "messaging.destination.name": "times" });
});

test("Kafka: one message, and a batch", async () => {
  const kafka = new Kafka({ brokers: [`127.0.0.1:${await started(startKafka)}`], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ waitForLeaders: true, topics: ["times", "batches"].map((topic) => ({ topic })) });
  await admin.disconnect();
  const producer = kafka.producer();
  await producer.connect();
  later(() => producer.disconnect());

  const one = arrival<Record<string, string>>();
  const single = kafka.consumer({ groupId: "single" });
  await single.connect();
  later(() => single.disconnect());
  await single.subscribe({ topic: "times", fromBeginning: true });
  await single.run({
    eachMessage: (payload) => consume(payload, { system: "kafka" }, async () => one.arrived(injectMessage())),
  });
  await inRequest(() =>
    produce({}, { system: "kafka", destination: "times" }, (headers) =>
      producer.send({ topic: "times", messages: [{ value: "now", headers }] }),
    ),
  );
  await expectOneTrace(await one.promise, { "messaging.destination.name": "times", "messaging.kafka.offset": 0 });

  ended.length = 0;
  const many = arrival<string | undefined>();
  await inRequest(() =>
    producer.send({
      topic: "batches",
      messages: ["a", "b", "c"].map((value) => ({ value, headers: injectMessage({}, { system: "kafka" }) })),
    }),
  );
  const batches = kafka.consumer({ groupId: "batches" });
  await batches.connect();
  later(() => batches.disconnect());
  await batches.subscribe({ topic: "batches", fromBeginning: true });
  await batches.run({
    eachBatch: (payload) =>
      consume(payload, { system: "kafka" }, async () => many.arrived(trace.getActiveSpan()?.spanContext().traceId)),
  });
  expect(await many.promise).not.toBe(REQUEST["x-b3-traceid"]);
  while (ended.length < 4) await sleep(5);
  const batch = ended.find(({ kind }) => kind === SpanKind.CONSUMER);
  expect(batch).toMatchObject({ name: "process batches", attributes: { "messaging.batch.message_count": 3 } });
  expect(batch?.links.map((link) => link.context.traceId)).toEqual(Array(3).fill(REQUEST["x-b3-traceid"]));
});

test("BullMQ over Valkey", async () => {
  const connection = { host: "127.0.0.1", port: await started(startValkey) };
  const { promise, arrived } = arrival<Record<string, string>>();
  const queue = new Queue("mail", { connection });
  later(() => queue.close());
  const worker = new Worker(
    "mail",
    (job) =>
      consume(job, { system: "bullmq" }, async ({ data }) => {
        expect(data.to).toBe("ann");
        arrived(injectMessage());
      }),
    { connection },
  );
  later(() => worker.close());
  const options = { system: "bullmq", destination: "mail" };
  await inRequest(() => produce({ to: "ann" }, options, (data) => queue.add("welcome", data)));
  await expectOneTrace(await promise, { "messaging.destination.name": "mail", "messaging.message.id": "1" });
});

test("SQS, with its limit of attributes", async () => {
  const client = new SQSClient({
    endpoint: `http://127.0.0.1:${await started(startElasticMq)}`,
    region: "elasticmq",
    credentials: { accessKeyId: "any", secretAccessKey: "any" },
  });
  later(() => client.destroy());
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: "times" }));
  const own = Object.fromEntries(
    Array.from({ length: 8 }, (_, index) => [`own${index}`, { DataType: "String", StringValue: "1" }]),
  );
  const options = { system: "aws_sqs", destination: "times" };
  await inRequest(() =>
    produce(own, options, (MessageAttributes) =>
      client.send(new SendMessageCommand({ QueueUrl, MessageBody: "now", MessageAttributes })),
    ),
  );
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5, MessageAttributeNames: ["All"] }),
  );
  const called = consume(Messages, options, () => injectMessage());
  await expectOneTrace(called, { "messaging.batch.message_count": 1 });
  expect(Object.keys(Messages[0]?.MessageAttributes ?? {})).toHaveLength(10);
});

test.skipIf(!hasRabbitMq)(
  "RabbitMQ, which needs Debian's package rabbitmq-server: a message, and a broker that goes away",
  async () => {
    const broker = await startRabbitMq();
    later(() => broker.stop());
    const connection = await amqp.connect(`amqp://guest:guest@127.0.0.1:${broker.port}`);
    const closed = new Promise((resolve) => connection.once("close", resolve));
    connection.on("error", () => {});
    const channel = await connection.createChannel();
    channel.on("error", () => {});
    await channel.assertQueue("times", { durable: false });
    const options = { system: "rabbitmq", destination: "times" };
    const { promise, arrived } = arrival<Record<string, string>>();
    const held = arrival<Error>();
    await channel.consume("times", (message) =>
      consume(message, options, async (delivered) => {
        if (delivered === null) return;
        if (delivered.content.toString() === "now") {
          arrived(injectMessage());
          channel.ack(delivered);
          return;
        }
        void broker.stop();
        await closed;
        try {
          channel.ack(delivered);
        } catch (error) {
          held.arrived(error as Error);
        }
      }),
    );
    inRequest(() => channel.publish("", "times", Buffer.from("now"), { headers: injectMessage({}, options) }));
    await expectOneTrace(await promise, { "messaging.rabbitmq.destination.routing_key": "times" });
    ended.length = 0;
    channel.publish("", "times", Buffer.from("held"));
    expect(await held.promise).toBeInstanceOf(Error);
    while (ended.length === 0) await sleep(5);
    expect(tracing.report().messages).toMatchObject({ open: 0 });
  },
);
