/**
 * Thrift's compact protocol.
 *
 *     message = %x82 (message-type << 5 | 1) sequence-number string struct
 *     struct  = *( field ) %x00
 *     field   = (id - last id << 4 | type) value          a difference of 1 to 15, else: type zigzag-varint(id) value
 *     string  = varint(length) UTF-8
 *     list    = (count << 4 | element-type) *value        a count up to 14, else: %xF0 | element-type, varint(count)
 *
 * Integers are zigzag varints: the sign is the lowest bit, seven bits a byte, the lowest first. A double is
 * little-endian. A boolean field is its type.
 *
 * Spec: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 */
import { ByteWriter, hexWord } from "./byte-writer.js";
import type { ThriftWriter } from "./thrift-writer.js";

const TRUE = 1;
const FALSE = 2;
const I32 = 5;
const I64 = 6;
const DOUBLE = 7;
const BINARY = 8;
const LIST = 9;
const STRUCT = 12;
const ONEWAY = 4;
const HIGH = 4294967296;
const LONGEST_FIELD = 14;

export class CompactWriter extends ByteWriter implements ThriftWriter {
  /** The last field's ID in each struct that is open. */
  readonly #outer: number[] = [];
  #last = 0;

  override truncate(length: number): void {
    super.truncate(length);
    this.#outer.length = 0;
    this.#last = 0;
  }

  oneway(method: string): void {
    this.room(3);
    this.buffer[this.at++] = 0x82;
    this.buffer[this.at++] = (ONEWAY << 5) | 1;
    this.buffer[this.at++] = 0;
    this.#text(method);
  }

  bool(id: number, value: boolean): void {
    this.room(LONGEST_FIELD);
    this.#field(value ? TRUE : FALSE, id);
  }

  i32(id: number, value: number): void {
    this.room(LONGEST_FIELD);
    this.#field(I32, id);
    this.#varint((value << 1) ^ (value >> 31));
  }

  i64(id: number, value: number): void {
    this.room(LONGEST_FIELD);
    this.#field(I64, id);
    const high = Math.floor(value / HIGH);
    this.#zigzag64(high | 0, (value - high * HIGH) | 0);
  }

  bigint(id: number, value: bigint): void {
    this.room(LONGEST_FIELD);
    this.#field(I64, id);
    this.#zigzag64(Number(BigInt.asIntN(32, value >> 32n)), Number(BigInt.asIntN(32, value)));
  }

  hex64(id: number, text: string, start: number): void {
    this.room(LONGEST_FIELD);
    this.#field(I64, id);
    this.#zigzag64(hexWord(text, start), hexWord(text, start + 8));
  }

  double(id: number, value: number): void {
    this.room(LONGEST_FIELD);
    this.#field(DOUBLE, id);
    this.at = this.buffer.writeDoubleLE(value, this.at);
  }

  string(id: number, text: string): void {
    this.room(LONGEST_FIELD);
    this.#field(BINARY, id);
    this.#text(text);
  }

  binary(id: number, bytes: Uint8Array): void {
    this.room(LONGEST_FIELD + bytes.length);
    this.#field(BINARY, id);
    this.#varint(bytes.length);
    this.buffer.set(bytes, this.at);
    this.at += bytes.length;
  }

  struct(id: number): void {
    this.room(LONGEST_FIELD);
    this.#field(STRUCT, id);
    this.item();
  }

  list(id: number, count: number): void {
    this.room(LONGEST_FIELD);
    this.#field(LIST, id);
    if (count < 15) this.buffer[this.at++] = (count << 4) | STRUCT;
    else {
      this.buffer[this.at++] = 0xf0 | STRUCT;
      this.#varint(count);
    }
  }

  item(): void {
    this.#outer.push(this.#last);
    this.#last = 0;
  }

  stop(): void {
    this.room(1);
    this.buffer[this.at++] = 0;
    this.#last = this.#outer.pop() ?? 0;
  }

  /** Jaeger's IDs rise within a struct, by 15 at most. */
  #field(type: number, id: number): void {
    this.buffer[this.at++] = ((id - this.#last) << 4) | type;
    this.#last = id;
  }

  #zigzag64(high: number, low: number): void {
    const sign = high >> 31;
    let upper = ((high << 1) | (low >>> 31)) ^ sign;
    let lower = (low << 1) ^ sign;
    while (upper !== 0) {
      this.buffer[this.at++] = (lower & 127) | 128;
      lower = (lower >>> 7) | (upper << 25);
      upper >>>= 7;
    }
    this.#varint(lower);
  }

  #varint(value: number): void {
    let rest = value >>> 0;
    while (rest > 127) {
      this.buffer[this.at++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    this.buffer[this.at++] = rest;
  }

  #text(text: string): void {
    this.room(5 + text.length * 3);
    const length = this.ascii(text, this.at + 1);
    if (length >= 0) {
      // Short enough for a varint of one byte.
      this.buffer[this.at] = length;
      this.at += 1 + length;
      return;
    }
    this.#varint(Buffer.byteLength(text, "utf8"));
    this.at += this.buffer.write(text, this.at, "utf8");
  }
}
