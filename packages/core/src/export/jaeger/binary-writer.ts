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
import { ByteWriter, hexWord } from "./byte-writer.js";
import type { ThriftWriter } from "./thrift-writer.js";

const BOOL = 2;
const DOUBLE = 4;
const I32 = 8;
const I64 = 10;
const STRING = 11;
const STRUCT = 12;
const LIST = 15;
const ONEWAY = 4;
const HIGH = 4294967296;

export class BinaryWriter extends ByteWriter implements ThriftWriter {
  oneway(method: string): void {
    this.room(8);
    this.#word(0x80010000 | ONEWAY);
    this.#text(method);
    this.room(4);
    this.#word(0);
  }

  bool(id: number, value: boolean): void {
    this.room(4);
    this.#field(BOOL, id);
    this.buffer[this.at++] = value ? 1 : 0;
  }

  i32(id: number, value: number): void {
    this.room(7);
    this.#field(I32, id);
    this.#word(value);
  }

  i64(id: number, value: number): void {
    this.room(11);
    this.#field(I64, id);
    const high = Math.floor(value / HIGH);
    this.#word(high);
    this.#word(value - high * HIGH);
  }

  bigint(id: number, value: bigint): void {
    this.room(11);
    this.#field(I64, id);
    this.at = this.buffer.writeBigInt64BE(BigInt.asIntN(64, value), this.at);
  }

  hex64(id: number, text: string, start: number): void {
    this.room(11);
    this.#field(I64, id);
    this.#word(hexWord(text, start));
    this.#word(hexWord(text, start + 8));
  }

  double(id: number, value: number): void {
    this.room(11);
    this.#field(DOUBLE, id);
    this.at = this.buffer.writeDoubleBE(value, this.at);
  }

  string(id: number, text: string): void {
    this.room(3);
    this.#field(STRING, id);
    this.#text(text);
  }

  binary(id: number, bytes: Uint8Array): void {
    this.room(7 + bytes.length);
    this.#field(STRING, id);
    this.#word(bytes.length);
    this.buffer.set(bytes, this.at);
    this.at += bytes.length;
  }

  struct(id: number): void {
    this.room(3);
    this.#field(STRUCT, id);
  }

  list(id: number, count: number): void {
    this.room(8);
    this.#field(LIST, id);
    this.buffer[this.at++] = STRUCT;
    this.#word(count);
  }

  item(): void {}

  stop(): void {
    this.room(1);
    this.buffer[this.at++] = 0;
  }

  #field(type: number, id: number): void {
    const { buffer, at } = this;
    buffer[at] = type;
    buffer[at + 1] = id >>> 8;
    buffer[at + 2] = id;
    this.at = at + 3;
  }

  #word(value: number): void {
    const { buffer, at } = this;
    buffer[at] = value >>> 24;
    buffer[at + 1] = value >>> 16;
    buffer[at + 2] = value >>> 8;
    buffer[at + 3] = value;
    this.at = at + 4;
  }

  #text(text: string): void {
    // Three bytes are the most that a UTF-16 unit takes in UTF-8.
    this.room(4 + text.length * 3);
    const start = this.at + 4;
    let length = this.ascii(text, start);
    if (length < 0) length = this.buffer.write(text, start, "utf8");
    this.#word(length);
    this.at = start + length;
  }
}
