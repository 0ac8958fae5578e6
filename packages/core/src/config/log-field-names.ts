/**
 * The names of the fields in log lines.
 *
 * OpenTelemetry: https://opentelemetry.io/docs/specs/otel/compatibility/logging_trace_context/
 * Elastic Common Schema: https://www.elastic.co/guide/en/ecs/current/ecs-tracing.html
 */
import { LOG_FIELD_PRESETS, type LogFieldPreset } from "./setting-names.js";

/** The name of each field. A field without a name is left out. */
export interface LogFieldNames {
  /** Trace ID, 32 lower-case hex characters. */
  readonly traceId?: string | undefined;
  /** ID under which the backend knows the current span, 16 lower-case hex characters. */
  readonly spanId?: string | undefined;
  /** Trace flags, 2 hex characters: `01` for a sampled trace, `00` for another one. */
  readonly traceFlags?: string | undefined;
  /** The request's `x-request-id`, by which you find the line of Envoy's access log. */
  readonly requestId?: string | undefined;
}

const PRESETS: Readonly<Record<LogFieldPreset, LogFieldNames>> = {
  default: { traceId: "trace_id", spanId: "span_id", traceFlags: "trace_flags", requestId: "x_request_id" },
  opentelemetry: {
    traceId: "trace_id",
    spanId: "span_id",
    traceFlags: "trace_flags",
    requestId: "http.request.header.x-request-id",
  },
  // The schema has no field for the flags, and keeps `labels` for such values.
  ecs: {
    traceId: "trace.id",
    spanId: "span.id",
    traceFlags: "labels.trace_flags",
    requestId: "http.request.id",
  },
};

/** Returns the names of a preset; `undefined` for a name that is none. */
export function presetNames(preset: unknown): LogFieldNames | undefined {
  return LOG_FIELD_PRESETS.includes(preset as LogFieldPreset) ? PRESETS[preset as LogFieldPreset] : undefined;
}
