/**
 * A reader of Thrift's compact protocol for the tests, by its specification alone: thriftrw has
 * none. It knows no field of Jaeger's; what it reads is put under the names of the IDL below.
 */
import type { DecodedBatch, DecodedSpan, TagValue } from "./jaeger-thrift.js";

type Value = boolean | bigint | number | Buffer | Value[] | Struct;
type Struct = { [id: number]: Value };

class Reader {
  #at = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  byte(): number {
    if (this.left === 0) throw new Error("the message ends too early");
    return this.#bytes[this.#at++] as number;
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  }

  zigzag(): bigint {
    const value = this.varint();
    return (value >> 1n) ^ -(value & 1n);
  }

  bytes(length: number): Buffer {
    if (length > this.left) throw new Error("a text is longer than its message");
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  value(type: number): Value {
    if (type === 1 || type === 2) return type === 1;
    if (type === 5 || type === 6) return this.zigzag();
    if (type === 7) return this.bytes(8).readDoubleLE();
    if (type === 8) return this.bytes(Number(this.varint()));
    if (type === 9) return this.list();
    if (type === 12) return this.struct();
    throw new Error(`type ${type}`);
  }

  list(): Value[] {
    const header = this.byte();
    const count = header >> 4 === 15 ? Number(this.varint()) : header >> 4;
    return Array.from({ length: count }, () => this.value(header & 15));
  }

  struct(): Struct {
    const fields: Struct = {};
    let last = 0;
    for (let header = this.byte(); header !== 0; header = this.byte()) {
      const id = header >> 4 === 0 ? Number(this.zigzag()) : last + (header >> 4);
      fields[id] = this.value(header & 15);
      last = id;
    }
    return fields;
  }
}

const hex = (value: Value | undefined): string =>
  BigInt.asUintN(64, (value ?? 0n) as bigint)
    .toString(16)
    .padStart(16, "0");
const text = (value: Value | undefined): string => (value as Buffer).toString("utf8");
const structs = (value: Value | undefined): Struct[] => (value ?? []) as Struct[];

function tags(list: Value | undefined): Record<string, TagValue> {
  const read = (tag: Struct): TagValue => {
    const type = Number(tag[2]);
    if (type === 0) return text(tag[3]);
    return type === 4 ? (tag[7] as Buffer).toString("hex") : (tag[3 + type] as TagValue);
  };
  const entries = structs(list).map((tag) => [text(tag[1]), read(tag)] as const);
  const result = Object.fromEntries(entries);
  if (Object.keys(result).length !== entries.length) throw new Error("a tag is there twice");
  return result;
}

function span(fields: Struct): DecodedSpan {
  return {
    traceId: hex(fields[2]) + hex(fields[1]),
    spanId: hex(fields[3]),
    parentSpanId: hex(fields[4]),
    operationName: text(fields[5]),
    references: structs(fields[6]).map((reference) => ({
      refType: Number(reference[1]) === 1 ? "FOLLOWS_FROM" : "CHILD_OF",
      traceId: hex(reference[3]) + hex(reference[2]),
      spanId: hex(reference[4]),
    })),
    flags: Number(fields[7]),
    startTime: fields[8] as bigint,
    duration: fields[9] as bigint,
    tags: tags(fields[10]),
    logs: structs(fields[11]).map((log) => ({ timestamp: log[1] as bigint, fields: tags(log[2]) })),
  };
}

/** A packet as it goes over UDP in the compact protocol. Throws when it is malformed. */
export function decodeCompactPacket(packet: Buffer): DecodedBatch {
  const reader = new Reader(packet);
  const [protocol, kind, sequence] = [reader.byte(), reader.byte(), reader.varint()];
  if (protocol !== 0x82 || kind !== 0x81 || sequence !== 0n) throw new Error("no one-way call of version 1");
  const method = reader.bytes(Number(reader.varint())).toString();
  if (method !== "emitBatch") throw new Error(`method ${method}`);
  const batch = reader.struct()[1] as Struct;
  if (reader.left > 0) throw new Error(`${reader.left} bytes behind the message`);
  const process = batch[1] as Struct;
  return { serviceName: text(process[1]), tags: tags(process[2]), spans: structs(batch[2]).map(span) };
}
