/**
 * Thrift's binary protocol.
 *
 *     message = %x80.01.00 message-type(1) string sequence-number(4) struct
 *     struct  = *( field ) %x00
 *     field   = type(1) id(2) value            integers are big-endian
 *     string  = length(4) UTF-8
 *     list    = element-type(1) count(4) *value
 *
 * Spec: https://github.com/apache/thrift/blob/master/doc/specs/thrift-binary-protocol.md
 */
import { byteText } from "../span/byte-text.js";
import { type FieldType, highHalf, lowHalf, type ThriftProtocol } from "./thrift-protocol.js";

const BOOL = 2;
const TYPES: Readonly<Record<FieldType, number>> = { double: 4, i32: 8, i64: 10, string: 11, struct: 12, list: 15 };
const ONEWAY_MESSAGE = "\x80\x01\0\x04";
const LIST_OF_STRUCTS = "\x0c";

/** Most lengths of text, as they are written. */
const LENGTHS = Array.from({ length: 1024 }, (_, length) => word(length));

export const binaryProtocol: ThriftProtocol = {
  oneway: (method) => ONEWAY_MESSAGE + string(method) + word(0),
  field: (type, id) => header(TYPES[type], id),
  bool: (id, _previous, value) => header(BOOL, id) + (value ? "\x01" : "\0"),
  i32: word,
  i64: (value) => halves(highHalf(value), lowHalf(value)),
  bigint: (value) => halves(Number(BigInt.asIntN(32, value >> 32n)), Number(BigInt.asIntN(32, value))),
  i64Halves: halves,
  double,
  string,
  binary: (bytes) => word(bytes.length) + Buffer.from(bytes).toString("latin1"),
  list: (count) => LIST_OF_STRUCTS + word(count),
};

function header(type: number, id: number): string {
  return String.fromCharCode(type, id >>> 8, id & 255);
}

function word(value: number): string {
  return String.fromCharCode(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
}

function halves(high: number, low: number): string {
  return String.fromCharCode(
    high >>> 24,
    (high >>> 16) & 255,
    (high >>> 8) & 255,
    high & 255,
    low >>> 24,
    (low >>> 16) & 255,
    (low >>> 8) & 255,
    low & 255,
  );
}

function double(value: number): string {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeDoubleBE(value);
  return bytes.toString("latin1");
}

function string(text: string): string {
  const bytes = byteText(text);
  return (LENGTHS[bytes.length] ?? word(bytes.length)) + bytes;
}
