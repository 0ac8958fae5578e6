/**
 * Headers among the attributes of SQS and SNS messages, which have room for ten.
 *
 *     attributes = { name: { DataType: "String", StringValue: text } }    SQS and SNS
 *                / { name: { dataType: "String", stringValue: text } }    SQS, as Lambda gets it
 *                / { name: { Type: "String", Value: text } }              SNS, as JSON
 *
 * Spec: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
 */
import type { MessageCounts } from "../runtime/message-counts.js";
import { warnOnce } from "../tracer/misuse.js";
import type { CompactHeaders } from "./compact-headers.js";

/** A message with more attributes is refused by SQS, and dropped on its way from SNS to SQS. */
const MAX_ATTRIBUTES = 10;

type AttributeMap = Record<string, Record<string, unknown>>;

/** Returns whether `value` holds such attributes. An empty object does not say. */
export function isAttributeMap(value: object): boolean {
  for (const name in value) {
    const attribute = (value as AttributeMap)[name];
    if (typeof attribute !== "object" || attribute === null) return false;
    return "DataType" in attribute || "dataType" in attribute || ("Type" in attribute && "Value" in attribute);
  }
  return false;
}

/** Returns the attributes as headers: names, and texts or bytes. */
export function headersOfAttributes(attributes: object): Record<string, unknown> {
  const headers: Record<string, unknown> = Object.create(null);
  for (const name in attributes) {
    const attribute = (attributes as AttributeMap)[name];
    if (typeof attribute !== "object" || attribute === null) continue;
    const { StringValue, stringValue, Value, BinaryValue, binaryValue } = attribute;
    headers[name] = StringValue ?? stringValue ?? Value ?? BinaryValue ?? binaryValue;
  }
  return headers;
}

/**
 * Writes headers, the most important first, until there are ten attributes. The rest is counted,
 * and logged once.
 */
export function writeAttributes(attributes: object, headers: CompactHeaders, counts: MessageCounts): void {
  const map = attributes as AttributeMap;
  for (const name of Object.keys(map)) if (headers.replaced.has(name.toLowerCase())) delete map[name];
  let room = MAX_ATTRIBUTES - Object.keys(map).length;
  const omitted: string[] = [];
  for (const [name, value] of headers.entries) {
    if (room > 0) map[name] = { DataType: "String", StringValue: value };
    else omitted.push(name);
    room -= 1;
  }
  if (omitted.length === 0) return;
  counts.headersOmitted += omitted.length;
  warnOnce(`a message has no room for tracing headers: ${MAX_ATTRIBUTES} attributes are the limit`, omitted.join(", "));
}
