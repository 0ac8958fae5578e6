/**
 * The header set without an adapter: for message consumers, scripts and tests.
 */
import { type Context, ROOT_CONTEXT, type TextMapGetter } from "@opentelemetry/api";
import { REQUEST_ID } from "../headers/names.js";
import type { Extracted } from "../headers/trace-context.js";
import { meshState } from "../propagation/request-context.js";
import { adapterTracing } from "./active-tracing.js";

/** Headers as Node has them, as `fetch` has them, or any plain object of texts. */
export type HeaderBag = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * What the tracing headers in `headers` say: a trace context, a decision alone, or `undefined`. Malformed values count
 * as absent; names match in any case; nothing is thrown.
 */
export function extractTraceContext(headers: HeaderBag): Extracted {
  return meshState(adapterTracing().propagator.extract(ROOT_CONTEXT, headers, HEADER_GETTER))?.extracted;
}

/**
 * The headers that a call from `context` has to carry: tracing headers of the active span, and the pass-through set.
 * An empty object when there is nothing to forward.
 */
export function forwardHeaders(context: Context): Record<string, string> {
  const headers: Record<string, string> = {};
  adapterTracing().propagator.inject(context, headers, { set: setHeader });
  return headers;
}

/** The `x-request-id` that the request of `context` came with, byte for byte; `undefined` when it had none. */
export function requestId(context: Context): string | undefined {
  const passed = meshState(context)?.passThrough;
  if (passed === undefined) return undefined;
  // Names and values take turns; a value that reads like the name must not be taken for it.
  for (let index = 0; index < passed.length; index += 2) {
    if (passed[index] === REQUEST_ID) return passed[index + 1];
  }
  return undefined;
}

const HEADER_GETTER: TextMapGetter<HeaderBag> = {
  get(headers, name) {
    if (headers instanceof Headers) return headers.get(name) ?? undefined;
    const value = Object.hasOwn(headers, name) ? headers[name] : undefined;
    return typeof value === "string" ? value : value === undefined ? undefined : [...value];
  },
  keys: (headers) => (headers instanceof Headers ? [...headers.keys()] : Object.keys(headers)),
};

function setHeader(headers: unknown, name: string, value: string): void {
  (headers as Record<string, string>)[name] = value;
}
