/**
 * A trace that is recorded whatever a sampler says: for one order, one user, one incident.
 */
import { type Context, trace } from "@opentelemetry/api";
import { meshState, withMeshState } from "../propagation/request-context.js";

/**
 * Returns a context in which a span starts a new trace that is recorded, and whose calls say
 * "sampled". The trace of `context` is not continued: its decision was made, and others rely on it.
 * Headers that are passed through, `x-request-id` among them, go on. In a mesh, the sidecars obey
 * the decision.
 *
 * @example const { tracer } = initTracing(); context.with(forceTrace(context.active()), () =>
 *   tracer.startActiveSpan("import", (span) => span.end()));
 */
export function forceTrace(context: Context): Context {
  const state = {
    extracted: { sampling: "accept" },
    from: undefined,
    answersIn: [],
    tracestate: undefined,
    passThrough: meshState(context)?.passThrough ?? [],
  } as const;
  return withMeshState(trace.deleteSpan(context), state, undefined);
}
