/**
 * The text of values that are objects: bytes, and the objects that message queues put around a
 * value.
 *
 *     bytes     = Buffer, typed array, ArrayBuffer, [116, ...], { type: "Buffer", data: bytes }
 *     attribute = { StringValue } (SQS), { Value } (SNS), { value } (AMQP, CloudFront), ...
 */

const UTF_8 = new TextDecoder();

/** The members that hold the value of an attribute, in any of their usual spellings. */
const VALUE_MEMBERS = ["value", "Value", "stringValue", "StringValue", "binaryValue", "BinaryValue", "data"];

/** Returns the text of an object; `undefined` where it has none, or reading it throws. */
export function textOfObject(value: object): string | undefined {
  try {
    return textOfBytes(value) ?? textOfBox(value) ?? textOfAttribute(value);
  } catch {
    return undefined;
  }
}

/** Returns the text of bytes, read as UTF-8; `undefined` for anything else. */
export function textOfBytes(value: unknown): string | undefined {
  // Not `instanceof`: Jest and `vm` contexts have classes of their own.
  if (ArrayBuffer.isView(value)) return UTF_8.decode(value as Uint8Array);
  if (isByteList(value)) return UTF_8.decode(Uint8Array.from(value));
  return tagOf(value) === "[object ArrayBuffer]" ? UTF_8.decode(value as ArrayBuffer) : undefined;
}

/**
 * Whether an array is bytes of text, as JSON has them: Lambda's events of Kafka. `[0]` and `[1]`
 * are decisions, not bytes.
 */
export function isByteList(value: unknown): value is readonly number[] {
  if (!Array.isArray(value) || typeof value[0] !== "number") return false;
  return value.every((byte) => Number.isInteger(byte) && byte >= 32 && byte <= 255);
}

function textOfBox(value: object): string | undefined {
  switch (tagOf(value)) {
    case "[object String]":
    case "[object Number]":
    case "[object Boolean]":
      return String(value);
    default:
      return undefined;
  }
}

function textOfAttribute(value: object): string | undefined {
  for (const member of VALUE_MEMBERS) {
    const inner = (value as Record<string, unknown>)[member];
    if (typeof inner === "string") return inner;
    if (typeof inner === "number" || typeof inner === "boolean") return String(inner);
    const bytes = textOfBytes(inner);
    if (bytes !== undefined) return bytes;
  }
  return undefined;
}

function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value);
}
