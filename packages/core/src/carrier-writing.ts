/**
 * From a trace context to a carrier: each header written once, and none left on it that says something else.
 */
import type { TextMapSetter } from "@opentelemetry/api";
import { formatB3Multi } from "./formats/b3-multi.js";
import { formatB3Single } from "./formats/b3-single.js";
import { addMark, formatTraceparent } from "./formats/traceparent.js";
import type { Family } from "./header-families.js";
import * as name from "./mesh-headers.js";
import type { Extracted } from "./trace-context.js";

/** Writes the context in `families`; B3 in the formats named, multi when none is. A decision goes out in B3 alone. */
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

interface Removable {
  delete?(name: string): unknown;
  removeHeader?(name: string): void;
}

const CONTEXT_NAMES = new Set(name.CONTEXT_HEADERS);

/**
 * Takes the context headers off a carrier (a copied header bag brings them), and the pass-through headers that are
 * about to be written or are empty. Knows plain objects in any case of names, `Headers`, `Map` and Node's requests.
 */
export function removeStale(
  carrier: unknown,
  written: readonly string[] | undefined,
  passThrough: readonly string[],
): void {
  if (typeof carrier !== "object" || carrier === null || Array.isArray(carrier)) return;
  const { delete: remove, removeHeader } = carrier as Removable;
  if (typeof remove === "function" || typeof removeHeader === "function") {
    for (const header of name.CONTEXT_HEADERS) {
      if (typeof remove === "function") remove.call(carrier, header);
      else removeHeader?.call(carrier, header);
    }
    return;
  }
  const headers = carrier as Record<string, unknown>;
  for (const key in headers) {
    const lower = CONTEXT_NAMES.has(key) ? key : key.toLowerCase();
    if (CONTEXT_NAMES.has(lower)) delete headers[key];
    else if (passThrough.includes(lower) && (headers[key] === "" || (key !== lower && written?.includes(lower)))) {
      delete headers[key];
    }
  }
}
