/** The headers of messages, as the clients of message queues have them after the wire. */
import { once } from "node:events";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";

export type Bag = Readonly<Record<string, string>>;

const require = createRequire(import.meta.url);

/** Encodes a record with KafkaJS and decodes it again: values are Buffers. */
export function throughKafkaJs(headers: object): object {
  const folder = dirname(require.resolve("kafkajs/package.json"));
  const encode = require(join(folder, "src/protocol/recordBatch/record/v0/index.js"));
  const decode = require(join(folder, "src/protocol/recordBatch/record/v0/decoder.js"));
  const Decoder = require(join(folder, "src/protocol/decoder.js"));
  const decoder = new Decoder(encode({ key: null, value: Buffer.from("hello"), headers }).buffer);
  decoder.readVarInt();
  return decode(decoder, { firstOffset: "0", firstTimestamp: "0" }).headers;
}

/** Encodes an AMQP table with amqplib and decodes it again: values keep their types. */
export function throughAmqp(headers: object): object {
  const codec = require(join(dirname(require.resolve("amqplib")), "lib/codec.js"));
  const buffer = Buffer.alloc(4096);
  const length = codec.encodeTable(buffer, headers, 0);
  return codec.decodeFields(buffer.subarray(4, length));
}

/** Sends a message to a queue of SQS that keeps it, and receives it again. */
export async function throughSqs(attributes: object): Promise<Record<string, unknown>> {
  let kept = {};
  const queue = createServer(async (request, response) => {
    const body = JSON.parse(await text(request));
    const receives = String(request.headers["x-amz-target"]).endsWith("ReceiveMessage");
    if (!receives) kept = { MessageId: "1", Body: body.MessageBody, MessageAttributes: body.MessageAttributes };
    response.setHeader("content-type", "application/x-amz-json-1.0");
    response.end(JSON.stringify(receives ? { Messages: [kept] } : { MessageId: "1" }));
  });
  await once(queue.listen(0, "127.0.0.1"), "listening");
  const endpoint = `http://127.0.0.1:${(queue.address() as AddressInfo).port}`;
  const client = new SQSClient({
    endpoint,
    region: "local",
    md5: false,
    credentials: { accessKeyId: "id", secretAccessKey: "key" },
  });
  try {
    const QueueUrl = `${endpoint}/queue`;
    const MessageAttributes = attributes as Record<string, { DataType: string }>;
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "hello", MessageAttributes }));
    const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ["All"] }));
    return Messages?.[0]?.MessageAttributes ?? {};
  } finally {
    client.destroy();
    queue.close();
    queue.closeAllConnections();
  }
}
