/**
 * From a trace context to a carrier: each header written once, and none left on it that says something else.
 */
import type { TextMapSetter } from "@opentelemetry/api";
import { formatB3Multi } from "../headers/b3-multi.js";
import { formatB3Single } from "../headers/b3-single.js";
import type { Family } from "../headers/families.js";
import * as name from "../headers/names.js";
import type { Extracted } from "../headers/trace-context.js";
import { formatTraceparent } from "../headers/traceparent.js";
import { addMark } from "../headers/tracestate.js";

/**
 * Writes the context in `families`; B3 in the formats named, multi when none is. A decision goes out in B3 alone.
 * `tracestate` has no mark of ours.
 */
export function writeContext(
  carrier: unknown,
  setter: TextMapSetter,
  context: Exclude<Extracted, undefined>,
  families: readonly Family[],
  formats: readonly string[],
  tracestate: string | undefined,
): void {
  const b3 = families.includes("b3");
  if (b3) {
    const single = formats.includes("b3");
    if (single) {
      const value = formatB3Single(context);
      if (value !== undefined) setter.set(carrier, name.B3_SINGLE, value);
    }
    if (!single || formats.includes("b3multi")) writeB3Multi(carrier, setter, context);
  }
  if (context.traceId === undefined || !families.includes("w3c")) return;
  setter.set(carrier, name.TRACEPARENT, formatTraceparent(context));
  const state = b3 ? addMark(tracestate, context.spanId) : tracestate;
  if (state !== undefined) setter.set(carrier, name.TRACESTATE, state);
}

function writeB3Multi(carrier: unknown, setter: TextMapSetter, context: Exclude<Extracted, undefined>): void {
  const values = formatB3Multi(context);
  if (values.traceId !== undefined) setter.set(carrier, name.B3_TRACE_ID, values.traceId);
  if (values.spanId !== undefined) setter.set(carrier, name.B3_SPAN_ID, values.spanId);
  if (values.parentSpanId !== undefined) setter.set(carrier, name.B3_PARENT_SPAN_ID, values.parentSpanId);
  if (values.flags !== undefined) setter.set(carrier, name.B3_FLAGS, values.flags);
  if (values.sampled !== undefined) setter.set(carrier, name.B3_SAMPLED, values.sampled);
}

/** Writes pass-through headers, given as name and value in turn. */
export function writePassThrough(carrier: unknown, setter: TextMapSetter, headers: readonly string[]): void {
  for (let index = 0; index < headers.length; index += 2) {
    setter.set(carrier, headers[index] as string, headers[index + 1] as string);
  }
}
