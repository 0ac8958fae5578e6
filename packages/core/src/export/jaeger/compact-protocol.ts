/**
 * Thrift's compact protocol.
 *
 *     message = %x82 (message-type << 5 | 1) sequence-number string struct
 *     struct  = *( field ) %x00
 *     field   = (id - last id << 4 | type) value    a difference of 1 to 15, else:
 *               type zigzag-varint(id) value
 *     string  = varint(length) UTF-8
 *     list    = (count << 4 | element-type) *value    a count up to 14, else:
 *               %xF0 | element-type, varint(count)
 *
 * Integers are zigzag varints: the sign is the lowest bit, seven bits a byte, the lowest first. A
 * double is little-endian. A boolean field is its type.
 *
 * Spec: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 */
import { byteText } from "../span/byte-text.js";
import { type FieldType, highHalf, lowHalf, type ThriftProtocol } from "./thrift-protocol.js";

const TRUE = 1;
const FALSE = 2;
const TYPES: Readonly<Record<FieldType, number>> = { double: 7, i32: 5, i64: 6, string: 8, struct: 12, list: 9 };
const ONEWAY_MESSAGE = "\x82\x81\0";
const STRUCT = 12;
const MAX_SHORT_COUNT = 14;

export const compactProtocol: ThriftProtocol = {
  oneway: (method) => ONEWAY_MESSAGE + string(method),
  field: (type, id, previous) => header(TYPES[type], id, previous),
  bool: (id, previous, value) => header(value ? TRUE : FALSE, id, previous),
  i32: (value) => varint((value << 1) ^ (value >> 31)),
  i64: (value) => zigzag64(highHalf(value) | 0, lowHalf(value) | 0),
  bigint: (value) => zigzag64(Number(BigInt.asIntN(32, value >> 32n)), Number(BigInt.asIntN(32, value))),
  i64Halves: (high, low) => zigzag64(high | 0, low | 0),
  double,
  string,
  binary: (bytes) => varint(bytes.length) + Buffer.from(bytes).toString("latin1"),
  list: (count) =>
    count <= MAX_SHORT_COUNT
      ? String.fromCharCode((count << 4) | STRUCT)
      : String.fromCharCode(0xf0 | STRUCT) + varint(count),
};

/** Jaeger's IDs rise within a struct, by 15 at most. */
function header(type: number, id: number, previous: number): string {
  return String.fromCharCode(((id - previous) << 4) | type);
}

const scratch = Buffer.allocUnsafe(10);

function zigzag64(high: number, low: number): string {
  const sign = high >> 31;
  let upper = ((high << 1) | (low >>> 31)) ^ sign;
  let lower = (low << 1) ^ sign;
  let length = 0;
  while (upper !== 0) {
    scratch[length++] = (lower & 127) | 128;
    lower = (lower >>> 7) | (upper << 25);
    upper >>>= 7;
  }
  let rest = lower >>> 0;
  while (rest > 127) {
    scratch[length++] = (rest & 127) | 128;
    rest >>>= 7;
  }
  scratch[length++] = rest;
  return scratch.toString("latin1", 0, length);
}

function varint(value: number): string {
  let text = "";
  let rest = value >>> 0;
  while (rest > 127) {
    text += String.fromCharCode((rest & 127) | 128);
    rest >>>= 7;
  }
  return text + String.fromCharCode(rest);
}

function double(value: number): string {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeDoubleLE(value);
  return bytes.toString("latin1");
}

function string(text: string): string {
  const bytes = byteText(text);
  return varint(bytes.length) + bytes;
}
