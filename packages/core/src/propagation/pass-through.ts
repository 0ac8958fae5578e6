/**
 * The headers that go on byte for byte, as a list of name and value in turn.
 */
import { forwardable, isAbsent, wholeValue } from "../headers/header-value.js";
import type { HeaderSet } from "./header-set.js";

/**
 * What is forwarded may have this many characters in total: tracing must not turn a request into a
 * 431.
 */
const MAX_FORWARDED = 8192;

/** Reads the whole set; `undefined` when nothing of it is there. */
export function readPassThrough(read: (header: string) => unknown, set: HeaderSet): string[] | undefined {
  let passed: string[] | undefined;
  for (const header of set.passThrough) passed = addPassThrough(passed, header, read(header), set);
  return passed;
}

/**
 * Adds one header. A value that is no text, cannot be sent, or exceeds the limit is left out and
 * counted.
 */
export function addPassThrough(
  passed: string[] | undefined,
  header: string,
  value: unknown,
  { onMalformed }: HeaderSet,
): string[] | undefined {
  if (value === undefined) return passed;
  const text = wholeValue(value);
  if (text === undefined) {
    if (!isAbsent(value)) onMalformed(header);
    return passed;
  }
  if (!forwardable(text) || text.length + lengthOf(passed) > MAX_FORWARDED) {
    onMalformed(header);
    return passed;
  }
  if (passed === undefined) return [header, text];
  passed.push(header, text);
  return passed;
}

/** The specification of Trace Context asks for at least so many characters of `tracestate`. */
const MIN_TRACESTATE = 512;

/**
 * Returns how many characters of `tracestate` may go on beside the headers that are passed through.
 */
export function tracestateLimit(passed: readonly string[] | undefined): number {
  return Math.max(MAX_FORWARDED - lengthOf(passed), MIN_TRACESTATE);
}

function lengthOf(passed: readonly string[] | undefined): number {
  let length = 0;
  if (passed !== undefined) for (let index = 1; index < passed.length; index += 2) length += passed[index]?.length ?? 0;
  return length;
}
