/**
 * Trace headers that the app, or a proxy, has copied to a call which is made outside of any request
 * that we trace.
 */
import { requestId } from "@meshtrace/core/adapter";
import { type Context, type TextMapGetter, type TextMapPropagator, trace } from "@opentelemetry/api";
import type { HeaderCarrier } from "./header-carrier.js";

const getter: TextMapGetter<HeaderCarrier> = {
  get: (headers, name) => headers.get(name) as ReturnType<TextMapGetter["get"]>,
  // Names match in any case.
  keys: () => [],
};

/** Returns the context of well-formed headers where `caller` has no trace; otherwise `caller`. */
export function contextOfCall(caller: Context, headers: HeaderCarrier, propagator: TextMapPropagator): Context {
  if (hasTrace(caller)) return caller;
  const copied = propagator.extract(caller, headers, getter);
  return trace.getSpan(copied) === undefined ? caller : copied;
}

/** Whether the context belongs to a trace, or to a request of the mesh. */
export function hasTrace(caller: Context): boolean {
  return trace.getSpan(caller) !== undefined || requestId(caller) !== undefined;
}
