/**
 * The mark of contexts in which nothing is traced: requests of exporters, for one. The key is that
 * of `@opentelemetry/core`, so that each of the two respects the other's mark.
 */
import { type Context, createContextKey } from "@opentelemetry/api";

const SUPPRESSED = createContextKey("OpenTelemetry SDK Context Key SUPPRESS_TRACING");

/** Returns `context` with tracing suppressed. */
export function suppressTracing(context: Context): Context {
  return context.setValue(SUPPRESSED, true);
}

/** Returns whether tracing is suppressed in `context`. */
export function isTracingSuppressed(context: Context): boolean {
  return context.getValue(SUPPRESSED) === true;
}
