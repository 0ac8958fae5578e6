/**
 * Headers that may not go to a host outside the mesh: copied ones, and those that a library which
 * follows redirects sends on.
 */
import { headerCarrierSetter } from "@meshtrace/core/adapter";
import { type Context, ROOT_CONTEXT, type TextMapPropagator, TraceFlags, trace } from "@opentelemetry/api";
import type { HeaderCarrier } from "./header-carrier.js";

/**
 * Removes trace contexts and the values that the mesh gave the incoming request. Other values under
 * the names of the latter belong to the caller and stay.
 */
export function removeTraceHeaders(headers: HeaderCarrier, context: Context, propagator: TextMapPropagator): void {
  // With nothing to write, our propagator only removes stale headers.
  propagator.inject(ROOT_CONTEXT, headers, headerCarrierSetter);
  for (const name of contextHeaders(propagator)) headers.delete(name);
  const ours = new Map<string, string>();
  propagator.inject(context, ours, headerCarrierSetter);
  for (const [name, value] of ours) {
    const present = headers.get(name) ?? value;
    if (String(present) === value) headers.delete(name, value);
  }
}

const known = new WeakMap<TextMapPropagator, readonly string[]>();

/**
 * The headers that carry a span in the format of another propagator, which does not remove them
 * itself.
 */
function contextHeaders(propagator: TextMapPropagator): readonly string[] {
  const before = known.get(propagator);
  if (before !== undefined) return before;
  const traceId = "0af7651916cd43dd8448eb211c80319c";
  const spanContext = { traceId, spanId: "b7ad6b7169203331", traceFlags: TraceFlags.SAMPLED };
  const written = new Map<string, string>();
  propagator.inject(trace.setSpanContext(ROOT_CONTEXT, spanContext), written, headerCarrierSetter);
  propagator.inject(ROOT_CONTEXT, written, headerCarrierSetter);
  const names = [...written.keys()];
  known.set(propagator, names);
  return names;
}
