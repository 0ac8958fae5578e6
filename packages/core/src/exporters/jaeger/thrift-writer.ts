/**
 * Thrift's binary protocol, as far as Jaeger's model needs it.
 *
 *     struct = *( field ) %x00
 *     field  = type(1) id(2) value           integers are big-endian
 *     string = length(4) UTF-8
 *     list   = element-type(1) count(4) *value
 *
 * Spec: https://github.com/apache/thrift/blob/master/doc/specs/thrift-binary-protocol.md
 */
export const BOOL = 2;
export const DOUBLE = 4;
export const I32 = 8;
export const I64 = 10;
export const STRING = 11;
export const STRUCT = 12;
export const LIST = 15;

const HIGH = 4294967296;

/** Appends to a buffer that grows; `bytes()` gives what was written. One writer serves one message after the other. */
export class ThriftWriter {
  #buffer = Buffer.allocUnsafe(16_384);
  #at = 0;

  reset(): void {
    this.#at = 0;
  }

  /** A copy of what was written. */
  bytes(): Buffer {
    return Buffer.from(this.#buffer.subarray(0, this.#at));
  }

  field(type: number, id: number): void {
    this.#room(3);
    this.#buffer[this.#at] = type;
    this.#buffer[this.#at + 1] = id >>> 8;
    this.#buffer[this.#at + 2] = id & 255;
    this.#at += 3;
  }

  stop(): void {
    this.#room(1);
    this.#buffer[this.#at++] = 0;
  }

  list(elementType: number, count: number): void {
    this.#room(5);
    this.#buffer[this.#at++] = elementType;
    this.#at = this.#buffer.writeInt32BE(count, this.#at);
  }

  bool(value: boolean): void {
    this.#room(1);
    this.#buffer[this.#at++] = value ? 1 : 0;
  }

  i32(value: number): void {
    this.#room(4);
    this.#at = this.#buffer.writeInt32BE(value, this.#at);
  }

  /** A safe integer as 64 bits. */
  i64(value: number): void {
    const high = Math.floor(value / HIGH);
    this.#room(8);
    this.#buffer.writeInt32BE(high | 0, this.#at);
    this.#at = this.#buffer.writeUInt32BE(value - high * HIGH, this.#at + 4);
  }

  /** 16 hex characters of `text` from `start` as 64 bits. */
  hex64(text: string, start: number): void {
    this.#room(8);
    this.#buffer.writeUInt32BE(Number.parseInt(text.slice(start, start + 8), 16), this.#at);
    this.#at = this.#buffer.writeUInt32BE(Number.parseInt(text.slice(start + 8, start + 16), 16), this.#at + 4);
  }

  double(value: number): void {
    this.#room(8);
    this.#at = this.#buffer.writeDoubleBE(value, this.#at);
  }

  string(text: string): void {
    // Three bytes are the most that a UTF-16 unit takes in UTF-8.
    this.#room(4 + text.length * 3);
    const length = this.#ascii(text) ?? this.#buffer.write(text, this.#at + 4, "utf8");
    this.#buffer.writeInt32BE(length, this.#at);
    this.#at += 4 + length;
  }

  /** Short ASCII, which most names are, byte by byte: cheaper than a call into the encoder. */
  #ascii(text: string): number | undefined {
    const length = text.length;
    if (length > 48) return undefined;
    const buffer = this.#buffer;
    const at = this.#at + 4;
    for (let index = 0; index < length; index += 1) {
      const code = text.charCodeAt(index);
      if (code > 127) return undefined;
      buffer[at + index] = code;
    }
    return length;
  }

  #room(size: number): void {
    const needed = this.#at + size;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2));
    this.#buffer.copy(larger, 0, 0, this.#at);
    this.#buffer = larger;
  }
}
