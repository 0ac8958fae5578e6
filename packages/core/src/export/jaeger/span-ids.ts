/** IDs as Thrift's integers. */
import type { ThriftProtocol } from "./thrift-protocol.js";

const DIGITS = new Int8Array(128).fill(-1);
for (let digit = 0; digit < 16; digit += 1) {
  const character = digit.toString(16);
  DIGITS[character.charCodeAt(0)] = digit;
  DIGITS[character.toUpperCase().charCodeAt(0)] = digit;
}

/**
 * Returns the 16 hex characters of `text` from `start` as 64 bits. Throws if there are no 16 hex
 * characters.
 */
export function hex64(protocol: ThriftProtocol, text: string, start: number): string {
  return protocol.i64Halves(hexWord(text, start), hexWord(text, start + 8));
}

/**
 * Returns a trace ID of 32 characters: the lower half of a 64-bit ID, which ID generators of an app
 * may make.
 */
export function traceIdOf128Bits(traceId: string): string {
  return traceId.length === 16 ? traceId.padStart(32, "0") : traceId;
}

/** Returns whether `text` is as many hex characters. */
export function isHex(text: unknown, length: number): text is string {
  return typeof text === "string" && text.length === length && /^[0-9a-f]*$/i.test(text);
}

function hexWord(text: string, start: number): number {
  let word = 0;
  let invalid = 0;
  for (let index = start; index < start + 8; index += 1) {
    const code = text.charCodeAt(index);
    // Also for a text that is too short, whose code is NaN.
    const digit = code < 128 ? (DIGITS[code] as number) : -1;
    invalid |= digit;
    word = (word << 4) | digit;
  }
  if (invalid < 0) throw new Error("its trace ID or span ID is malformed");
  return word;
}
