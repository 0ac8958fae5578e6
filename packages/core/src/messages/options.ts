/**
 * Options of messages, and what OpenTelemetry's messaging conventions make of them.
 *
 * Spec: https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/
 */
import type { Attributes } from "@opentelemetry/api";
import type { Trust } from "../config/setting-names.js";

/** What a span says about a message. Values of a wrong type are ignored. */
export interface MessageOptions {
  /**
   * The messaging system, the attribute `messaging.system`: `kafka`, `rabbitmq`, `nats`, `aws_sqs`,
   * `aws.sns`, `bullmq`, or any other name. `aws_sqs`, `aws.sns` and `bullmq` also say where a
   * message keeps its headers.
   */
  readonly system: string;
  /**
   * Topic, queue or subject: the attribute `messaging.destination.name`, and part of the span's
   * name.
   * @default for `consume` what the message says
   */
  readonly destination?: string | undefined;
  /**
   * The attribute `messaging.operation.name`, and the first word of the span's name.
   * @default `create` for `injectMessage`, `send` for `produce`, `process` for `consume`
   */
  readonly operation?: string | undefined;
  /** The attribute `messaging.message.id`. @default for `consume` what the message says */
  readonly messageId?: string | undefined;
  /** The attribute `messaging.message.conversation_id`. */
  readonly conversationId?: string | undefined;
  /** The attribute `messaging.consumer.group.name`. */
  readonly consumerGroup?: string | undefined;
  /** The attribute `messaging.client.id`. */
  readonly clientId?: string | undefined;
  /** More attributes of the span. */
  readonly attributes?: Attributes | undefined;
}

/** Options of `consume`. */
export interface ConsumeOptions<Message = unknown> extends MessageOptions {
  /**
   * Returns the headers of a message, where `consume` does not know its shape. An error that it
   * throws is counted, and the message has no headers.
   */
  readonly headersOf?: ((message: Message) => unknown) | undefined;
  /**
   * What happens to the producer's context: `continue`, `restart` or `ignore`.
   * @default the option `trust` of `initTracing()`
   */
  readonly trust?: Trust | undefined;
}

/** What a message itself says about its destination and identity. */
export interface MessageDetails {
  readonly destination?: string | undefined;
  /** Whether the destination has few values, so that it can be part of a span's name. */
  readonly named?: boolean;
  readonly messageId?: unknown;
  readonly conversationId?: unknown;
  readonly attributes?: Attributes;
}

/** `_INBOX.xyz` of NATS and `amq.gen-xyz` of RabbitMQ are made for one client. */
const TEMPORARY = /^(?:_INBOX\.|amq\.gen-)/;

/** Returns the name of a span: the operation, and the destination where it has few values. */
export function spanName(operation: string, options: MessageOptions, details: MessageDetails): string {
  const own = text(options.destination);
  const destination = own ?? (details.named === true ? details.destination : undefined);
  if (destination === undefined) return operation;
  return `${operation} ${TEMPORARY.test(destination) ? "(temporary)" : destination}`;
}

/** `messaging.operation.type` by our functions. */
export const OPERATIONS = { injectMessage: "create", produce: "send", consume: "process" } as const;
export type OperationType = (typeof OPERATIONS)[keyof typeof OPERATIONS];

/** Returns the operation's name. */
export function operationName(options: MessageOptions, type: OperationType): string {
  return text(options.operation) ?? type;
}

/** Returns the attributes of a span. `batchCount`: how many messages a batch has. */
export function messageAttributes(
  type: OperationType,
  operation: string,
  options: MessageOptions,
  details: MessageDetails,
  batchCount: number | undefined,
): Attributes {
  const attributes: Attributes = {
    "messaging.system": text(options.system) ?? "unknown",
    "messaging.operation.type": type,
    "messaging.operation.name": operation,
  };
  const destination = text(options.destination) ?? details.destination;
  if (destination !== undefined) {
    attributes["messaging.destination.name"] = destination;
    if (TEMPORARY.test(destination)) attributes["messaging.destination.temporary"] = true;
  }
  const messageId = text(options.messageId) ?? idText(details.messageId);
  if (messageId !== undefined) attributes["messaging.message.id"] = messageId;
  const conversationId = text(options.conversationId) ?? idText(details.conversationId);
  if (conversationId !== undefined) attributes["messaging.message.conversation_id"] = conversationId;
  const consumerGroup = text(options.consumerGroup);
  if (consumerGroup !== undefined) attributes["messaging.consumer.group.name"] = consumerGroup;
  const clientId = text(options.clientId);
  if (clientId !== undefined) attributes["messaging.client.id"] = clientId;
  if (batchCount !== undefined) attributes["messaging.batch.message_count"] = batchCount;
  if (details.attributes !== undefined) Object.assign(attributes, details.attributes);
  const { attributes: more } = options;
  if (typeof more === "object" && more !== null) Object.assign(attributes, more);
  return attributes;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function idText(value: unknown): string | undefined {
  return typeof value === "number" ? String(value) : text(value);
}
