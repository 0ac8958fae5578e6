/**
 * The headers that go on byte for byte, as a list of name and value in turn.
 */
import { forwardable, isAbsent, wholeValue } from "../headers/header-value.js";
import type { HeaderSet } from "./header-set.js";

/** What is forwarded may have this many characters in total: tracing must not turn a request into a 431. */
const MAX_FORWARDED = 8192;

/** Reads the whole set; `undefined` when nothing of it is there. */
export function readPassThrough(read: (header: string) => unknown, set: HeaderSet): string[] | undefined {
  let passed: string[] | undefined;
  for (const header of set.passThrough) passed = addPassThrough(passed, header, read(header), set);
  return passed;
}

/** Adds one header. A value that is no text, cannot be sent, or exceeds the limit is left out and counted. */
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

function lengthOf(passed: readonly string[] | undefined): number {
  let length = 0;
  if (passed !== undefined) for (let index = 1; index < passed.length; index += 2) length += passed[index]?.length ?? 0;
  return length;
}
