/**
 * The headers that go on byte for byte, as a list of name and value in turn.
 */
import type { Span } from "@opentelemetry/api";
import { forwardable, isAbsent, wholeValue } from "../headers/header-value.js";
import { CONTEXT_HEADERS, PASS_THROUGH, REQUEST_ID } from "../headers/names.js";
import type { HeaderSet } from "./header-set.js";
import type { MeshState } from "./request-context.js";

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

/** Headers of one trace: other vendors' contexts, and families that are not configured. */
const OF_ONE_TRACE = new Set([...PASS_THROUGH.filter((name) => name !== REQUEST_ID), ...CONTEXT_HEADERS]);

/**
 * Returns the headers that a call from `span` passes on. A trace that was started inside of a
 * request of another one passes on none that belong to the other trace.
 */
export function passedFrom(span: Span | undefined, { extracted, passThrough }: MeshState): readonly string[] {
  const isSame = span === undefined || extracted?.traceId === undefined || isRequestId(passThrough);
  if (isSame || span.spanContext().traceId === extracted.traceId) return passThrough;
  return passThrough.filter((_text, index) => !OF_ONE_TRACE.has(passThrough[index - (index % 2)] as string));
}

/** Whether the request ID is all that is passed on, as for most requests. */
export function isRequestId(passed: readonly string[]): boolean {
  return passed.length === 0 || (passed.length === 2 && passed[0] === REQUEST_ID);
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
