/**
 * The header set without an adapter: for message consumers, scripts and tests.
 */
import { type Context, defaultTextMapGetter, defaultTextMapSetter, ROOT_CONTEXT } from "@opentelemetry/api";
import { REQUEST_ID } from "../headers/names.js";
import type { Extracted } from "../headers/trace-context.js";
import { meshState } from "../propagation/request-context.js";
import { adapterTracing } from "./active-tracing.js";

/** A value of a header: text, several texts, or what message headers have, bytes and numbers. */
export type HeaderValue = string | number | boolean | Uint8Array | null | undefined;

/**
 * Headers as Node has them, as `fetch` has them, any plain object of values, or the headers of a
 * message.
 */
export type HeaderBag = Headers | Readonly<Record<string, HeaderValue | readonly HeaderValue[]>>;

/**
 * Returns what the tracing headers in `headers` say: a trace context, a decision alone, or
 * `undefined`. Names match in any case; bytes are read as UTF-8. Malformed values count as absent;
 * nothing is thrown.
 *
 * @example
 * const b3 = "463ac35c9f6413ad48485a3953bb6124-a2fb4a1d1a96d312-1";
 * const context = extractTraceContext({ b3 });
 * console.log(context?.traceId, context?.sampling);
 */
export function extractTraceContext(headers: HeaderBag): Extracted {
  return meshState(adapterTracing().propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter))?.extracted;
}

/**
 * Returns the headers that a call from `context` has to carry: tracing headers of the active span,
 * and the pass-through set. An empty object when there is nothing to forward.
 *
 * @example
 * import { context } from "@opentelemetry/api";
 *
 * const headers = forwardHeaders(context.active());
 * amqpChannel.publish("orders", "created", body, { headers });
 */
export function forwardHeaders(context: Context): Record<string, string> {
  const headers: Record<string, string> = {};
  adapterTracing().propagator.inject(context, headers, defaultTextMapSetter);
  return headers;
}

/**
 * Returns the `x-request-id` that came with the request of `context`, byte for byte; `undefined`
 * when it had none.
 *
 * @example
 * import { context } from "@opentelemetry/api";
 *
 * console.log({ message: "not found", requestId: requestId(context.active()) });
 */
export function requestId(context: Context): string | undefined {
  const passed = meshState(context)?.passThrough;
  if (passed === undefined) return undefined;
  // Names and values alternate; a value that equals the name must not be mistaken for it.
  for (let index = 0; index < passed.length; index += 2) {
    if (passed[index] === REQUEST_ID) return passed[index + 1];
  }
  return undefined;
}
