/**
 * Attributes as Jaeger's tags, with their types.
 *
 *     Tag 1 key, 2 vType (0 string, 1 double, 2 bool, 3 long, 4 binary), 3 vStr, 4 vDouble, 5 vBool, 6 vLong, 7 vBinary
 */
import type { Attributes } from "@opentelemetry/api";
import { attributeText } from "../span/attribute-text.js";
import type { ThriftWriter } from "./thrift-writer.js";

const STRING = 0;
const DOUBLE = 1;
const BOOL = 2;
const LONG = 3;
const BINARY = 4;

/** Every attribute as a tag. The list's header is the caller's. */
export function encodeTags(writer: ThriftWriter, attributes: Attributes, names: readonly string[]): void {
  for (let index = 0; index < names.length; index += 1) {
    const name = names[index] as string;
    encodeTag(writer, name, attributes[name]);
  }
}

/** Total: arrays and whatever has no type of its own in Jaeger become text. */
export function encodeTag(writer: ThriftWriter, name: string, value: unknown): void {
  writer.item();
  writer.string(1, name);
  if (typeof value === "string") {
    writer.i32(2, STRING);
    writer.string(3, value);
  } else if (typeof value === "number") encodeNumber(writer, value);
  else if (typeof value === "boolean") {
    writer.i32(2, BOOL);
    writer.bool(5, value);
  } else if (typeof value === "bigint" && BigInt.asIntN(64, value) === value) {
    writer.i32(2, LONG);
    writer.bigint(6, value);
  } else if (value instanceof Uint8Array) {
    writer.i32(2, BINARY);
    writer.binary(7, value);
  } else {
    writer.i32(2, STRING);
    writer.string(3, attributeText(value));
  }
  writer.stop();
}

function encodeNumber(writer: ThriftWriter, value: number): void {
  if (Number.isSafeInteger(value)) {
    writer.i32(2, LONG);
    writer.i64(6, value);
  } else if (Number.isFinite(value)) {
    writer.i32(2, DOUBLE);
    writer.double(4, value);
  } else {
    // Jaeger answers in JSON, which has no NaN and no infinity: one of them makes the whole trace unreadable.
    writer.i32(2, STRING);
    writer.string(3, String(value));
  }
}
