/**
 * @meshtrace/core/messages: traces over Kafka, RabbitMQ, NATS, SQS, SNS, BullMQ and CloudEvents.
 */

export { consume } from "./messages/consume.js";
export type { ConsumeOptions, MessageOptions } from "./messages/options.js";
export { type Injected, injectMessage, produce } from "./messages/produce.js";
export type { MessageReport } from "./runtime/message-counts.js";
