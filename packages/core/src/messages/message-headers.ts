/**
 * Where messages keep their headers, client by client.
 */
import { headersOfEvent, isCloudEvent } from "./cloud-events.js";
import { headersOfAttributes, isAttributeMap } from "./message-attributes.js";

/** The member of a job's data that holds its headers. */
export const JOB_HEADERS = "meshtrace";

/** What is read of a message, whatever client received it. */
export interface AnyMessage {
  /** kafkajs, Confluent's client, NATS, node-rdkafka. */
  readonly headers?: unknown;
  /** The argument of `eachMessage` in kafkajs. */
  readonly message?: unknown;
  /** amqplib. */
  readonly properties?: unknown;
  /** rhea. */
  readonly application_properties?: unknown;
  /** Azure Service Bus. */
  readonly applicationProperties?: unknown;
  /** SQS. */
  readonly MessageAttributes?: unknown;
  readonly Body?: unknown;
  /** SQS, as Lambda gets it. */
  readonly messageAttributes?: unknown;
  readonly body?: unknown;
  /** SNS, as Lambda gets it. */
  readonly Sns?: unknown;
  /** Google Pub/Sub. */
  readonly attributes?: unknown;
  /** BullMQ. */
  readonly data?: unknown;
  readonly opts?: unknown;
}

/** Returns a carrier for a propagator; `undefined` when a message has none. May throw. */
export function headersOfMessage(message: unknown): unknown {
  if (!isObject(message)) return undefined;
  if (isCloudEvent(message)) return headersOfEvent(message);
  const any = message as AnyMessage;
  if (any.headers !== undefined && any.headers !== null) return checkedHeaders(any.headers);
  if (isObject(any.message)) return headersOfMessage(any.message);
  if (isObject(any.properties)) {
    const { headers } = any.properties as AnyMessage;
    if (headers !== undefined && headers !== null) return checkedHeaders(headers);
  }
  const attributes = any.MessageAttributes ?? any.messageAttributes ?? attributesOfNotification(any);
  if (isObject(attributes) && isAttributeMap(attributes)) return headersOfAttributes(attributes);
  const properties = any.application_properties ?? any.applicationProperties ?? any.attributes;
  if (isObject(properties) && isAttributeMap(properties)) return headersOfAttributes(properties);
  if (isObject(properties)) return properties;
  return isObject(any.data) ? headersOfJob(any) : carrierItself(message);
}

function checkedHeaders(headers: unknown): object {
  if (isObject(headers)) return headers;
  throw new TypeError(`its headers are a ${typeof headers}`);
}

/** Headers that were passed as they are. */
function carrierItself(message: object): unknown {
  if (isAttributeMap(message)) return headersOfAttributes(message);
  const { [JOB_HEADERS]: ofJob } = message as Record<string, unknown>;
  return isObject(ofJob) ? ofJob : message;
}

function headersOfJob({ data, opts }: AnyMessage): unknown {
  if (isCloudEvent(data as object)) return headersOfEvent(data as object);
  const { [JOB_HEADERS]: own } = data as Record<string, unknown>;
  if (isObject(own)) return own;
  return headersOfTelemetry(opts) ?? data;
}

/** BullMQ's own telemetry keeps the context as JSON. */
function headersOfTelemetry(opts: unknown): unknown {
  if (!isObject(opts)) return undefined;
  const { telemetry } = opts as { telemetry?: unknown };
  if (!isObject(telemetry)) return undefined;
  return parsed((telemetry as { metadata?: unknown }).metadata);
}

const NOTIFICATION = /^\s*\{\s*"Type"\s*:\s*"Notification"/;

/** SNS delivers to SQS an envelope in JSON, unless raw delivery is on. */
function attributesOfNotification({ Body, body, Sns }: AnyMessage): unknown {
  if (isObject(Sns)) return (Sns as AnyMessage).MessageAttributes;
  const text = Body ?? body;
  if (typeof text !== "string" || !NOTIFICATION.test(text)) return undefined;
  return (parsed(text) as AnyMessage | undefined)?.MessageAttributes;
}

/** Returns the object that `text` is in JSON. */
function parsed(text: unknown): unknown {
  if (typeof text !== "string") return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
