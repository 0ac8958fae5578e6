/**
 * Attributes as Jaeger's tags, with their types.
 *
 *     Tag 1 key, 2 vType (0 string, 1 double, 2 bool, 3 long, 4 binary),
 *         3 vStr, 4 vDouble, 5 vBool, 6 vLong, 7 vBinary
 */
import { isUint8Array } from "node:util/types";
import { AttributeCache } from "../span/attribute-cache.js";
import { attributeText } from "../span/attribute-text.js";
import { STOP, type ThriftProtocol } from "./thrift-protocol.js";

/** The key of a tag that an encoder adds to spans. */
export const RESERVED = 1;

export class TagEncoder {
  readonly cache: AttributeCache;
  readonly #protocol: ThriftProtocol;
  /**
   * What precedes the value of each type: the field `vType`, and the header of the value's field.
   */
  readonly #string: string;
  readonly #double: string;
  readonly #bool: string;
  readonly #long: string;
  readonly #binary: string;

  constructor(protocol: ThriftProtocol, reservedKeys: readonly string[]) {
    this.#protocol = protocol;
    const type = (number: number): string => protocol.field("i32", 2, 1) + protocol.i32(number);
    this.#string = type(0) + protocol.field("string", 3, 2);
    this.#double = type(1) + protocol.field("double", 4, 2);
    this.#bool = type(2);
    this.#long = type(3) + protocol.field("i64", 6, 2);
    this.#binary = type(4) + protocol.field("string", 7, 2);
    const keyHeader = protocol.field("string", 1, 0);
    this.cache = new AttributeCache(
      (key) => keyHeader + protocol.string(key),
      reservedKeys.map((key) => [key, RESERVED]),
    );
  }

  /**
   * Returns a tag. Total: arrays, and values that have no type of their own in Jaeger, become text.
   */
  tag(key: string, value: unknown): string {
    return this.cache.get(key).text + this.value(value) + STOP;
  }

  /** Returns the fields of a tag after its key. */
  value(value: unknown): string {
    const protocol = this.#protocol;
    if (typeof value === "string") return this.#string + protocol.string(value);
    if (typeof value === "number") return this.#number(value);
    if (typeof value === "boolean") return this.#bool + protocol.bool(5, 2, value);
    if (typeof value === "bigint" && BigInt.asIntN(64, value) === value) return this.#long + protocol.bigint(value);
    if (isUint8Array(value)) return this.#binary + protocol.binary(value);
    return this.#string + protocol.string(attributeText(value));
  }

  /** Returns the tags of `keys`, one behind the other. */
  tags(attributes: Readonly<Record<string, unknown>>, keys: readonly string[]): string {
    let text = "";
    for (const key of keys) text += this.tag(key, attributes[key]);
    return text;
  }

  #number(value: number): string {
    if (Number.isSafeInteger(value)) return this.#long + this.#protocol.i64(value);
    if (Number.isFinite(value)) return this.#double + this.#protocol.double(value);
    // Jaeger answers in JSON, which has no NaN and no infinity: one of them makes the whole trace
    // unreadable.
    return this.#string + this.#protocol.string(String(value));
  }
}
