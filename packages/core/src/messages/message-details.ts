/**
 * What messages say about themselves, client by client: destination, ID, position.
 */
import type { Attributes } from "@opentelemetry/api";
import { isCloudEvent } from "./cloud-events.js";
import { isObject } from "./message-headers.js";
import type { MessageDetails } from "./options.js";

/** What is read of a message. Each member may be anything. */
interface Described {
  readonly [name: string]: unknown;
}

const NOTHING: MessageDetails = {};
const PARTITION = "messaging.destination.partition.id";

/** Returns what is known of a message. May throw what a getter of the message throws. */
export function detailsOfMessage(message: unknown): MessageDetails {
  if (!isObject(message)) return NOTHING;
  const described = message as Described;
  if (isCloudEvent(message)) return { messageId: described["id"] };
  const { topic, fields, subject, queueName } = described;
  if (typeof topic === "string") return kafka(topic, described);
  if (isObject(fields)) return amqp(fields as Described, described);
  if (typeof subject === "string") return { destination: subject };
  if (typeof queueName === "string") return { destination: queueName, named: true, messageId: described["id"] };
  return { messageId: described["MessageId"] ?? described["messageId"] };
}

/** Returns what the messages of a batch have in common. `payload` is what the client handed out. */
export function detailsOfBatch(payload: unknown, batch: readonly unknown[]): MessageDetails {
  const { batch: kafkaBatch } = payload as Described;
  const { destination, named, attributes } = detailsOfMessage(isObject(kafkaBatch) ? kafkaBatch : batch[0]);
  const partition = attributes?.[PARTITION];
  const common = { destination, named: named === true };
  return partition === undefined ? common : { ...common, attributes: { [PARTITION]: partition } };
}

/** The payload of kafkajs, or a message of librdkafka, which has all in itself. */
function kafka(topic: string, payload: Described): MessageDetails {
  const message = (isObject(payload["message"]) ? payload["message"] : payload) as Described;
  const attributes: Attributes = {};
  const { partition } = payload;
  if (typeof partition === "number") attributes[PARTITION] = String(partition);
  // A number, or its text: 64 bits do not fit a number.
  const offset = Number(message["offset"] ?? Number.NaN);
  if (Number.isSafeInteger(offset)) attributes["messaging.kafka.offset"] = offset;
  if (message["value"] === null) attributes["messaging.kafka.message.tombstone"] = true;
  return { destination: topic, named: true, attributes };
}

function amqp(fields: Described, message: Described): MessageDetails {
  const { exchange, routingKey, deliveryTag } = fields;
  const { messageId, correlationId } = (message["properties"] ?? {}) as Described;
  const attributes: Attributes = {};
  if (typeof routingKey === "string" && routingKey !== "") {
    attributes["messaging.rabbitmq.destination.routing_key"] = routingKey;
  }
  if (typeof deliveryTag === "number") attributes["messaging.rabbitmq.message.delivery_tag"] = deliveryTag;
  const parts = [exchange, routingKey].filter((part) => typeof part === "string" && part !== "");
  const destination = parts.length === 0 ? undefined : parts.join(":");
  return { destination, messageId, conversationId: correlationId, attributes };
}
