import { trace } from "@opentelemetry/api";

/** Makes a span through the library's own copy of OpenTelemetry's API. */
export function work() {
  trace.getTracer("library").startActiveSpan("work", (span) => span.end());
}
