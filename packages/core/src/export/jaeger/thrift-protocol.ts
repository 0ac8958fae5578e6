/** The types of fields that Jaeger's model uses. */
export type FieldType = "double" | "i32" | "i64" | "string" | "struct" | "list";

/**
 * What both of Thrift's protocols can express, as far as Jaeger's model needs it. Everything
 * returned has one character per byte (byte-text.ts). Structs end with `STOP`; their fields and the
 * elements of a list follow each other.
 */
export interface ThriftProtocol {
  /** Returns the beginning of a one-way call: its arguments follow as the fields of a struct. */
  oneway(method: string): string;
  /**
   * Returns a field's header. `previous` is the ID of the field before it in its struct, 0 for the
   * first one.
   */
  field(type: FieldType, id: number, previous: number): string;
  /** Returns a whole field: one of the protocols encodes a boolean in the header. */
  bool(id: number, previous: number, value: boolean): string;
  i32(value: number): string;
  /** Returns a safe integer as 64 bits. */
  i64(value: number): string;
  bigint(value: bigint): string;
  /** Returns two halves of 32 bits, with or without a sign, as 64 bits. */
  i64Halves(high: number, low: number): string;
  double(value: number): string;
  string(text: string): string;
  binary(bytes: Uint8Array): string;
  /** Returns the beginning of a list of structs. */
  list(count: number): string;
}

export const STOP = "\0";

const HIGH = 4_294_967_296;

/** Returns the upper 32 bits of a safe integer. */
export function highHalf(value: number): number {
  return Math.floor(value / HIGH);
}

/** Returns the lower 32 bits of a safe integer. */
export function lowHalf(value: number): number {
  return value - highHalf(value) * HIGH;
}
