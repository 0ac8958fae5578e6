/**
 * The fields by which a log line is found from its trace, and its trace from the line.
 */
import { INVALID_TRACEID, type SpanContext } from "@opentelemetry/api";
import { type LogFieldNames, presetNames } from "../config/log-field-names.js";
import type { LogFieldPreset } from "../config/setting-names.js";
import { spanOf } from "../propagation/request-context.js";
import { type AdapterTracing, adapterTracing } from "../runtime/active-tracing.js";
import { requestId } from "../runtime/forward-headers.js";
import { splitSpanId } from "../tracer/shared-span.js";

/** Options of `logFields` and of all that is made of it. */
export interface LogFieldsOptions {
  /**
   * Names of the fields: a preset, or a name for each field that you want. Any other value counts
   * as not set, with a warning.
   * @default the setting `log.fields`
   */
  readonly fields?: LogFieldPreset | LogFieldNames | undefined;
  /**
   * Whether the span ID of a shared span is the one that backends without shared spans have (Jaeger
   * and OTLP), not the caller's.
   * @default as the first exporter of `initTracing()`; true with a `tracerProvider` of your own
   */
  readonly splitShared?: boolean | undefined;
}

/** Fields of a log line, by their names. */
export type LogFields = Record<string, string>;

const NO_OPTIONS: LogFieldsOptions = {};

/**
 * Returns `trace_id`, `span_id`, `trace_flags` and `x_request_id` of the request or span in which
 * it is called, as a new object: also for requests that are not sampled or only forwarded. Without
 * a current request the object is empty. Takes the names of other log formats as an option. Never
 * throws: if the fields cannot be read, the object is empty, and `report().logLinesFailed` counts.
 *
 * @example
 * console.log(JSON.stringify({ message: "paid", ...logFields() }));
 */
export function logFields(options: LogFieldsOptions = NO_OPTIONS): LogFields {
  const fields: LogFields = {};
  const tracing = adapterTracing();
  try {
    readFields(fields, tracing, fieldNames(tracing, options), options);
  } catch (error) {
    tracing.log.failed("the fields of a log line could not be read", error);
  }
  return fields;
}

/** Returns the names that `options` ask for; those of the settings where they ask for none. */
export function fieldNames(tracing: AdapterTracing, options: LogFieldsOptions): LogFieldNames {
  const wanted = options?.fields;
  if (wanted === undefined) return tracing.log.names;
  if (typeof wanted === "object" && wanted !== null) return wanted;
  const names = presetNames(wanted);
  if (names === undefined) tracing.log.failed("the option fields of logFields() is unknown", wanted);
  return names ?? tracing.log.names;
}

function readFields(fields: LogFields, tracing: AdapterTracing, names: LogFieldNames, options: LogFieldsOptions): void {
  const active = tracing.contexts.active();
  const { traceId, spanId, traceFlags, requestId: idName } = names;
  const context = spanOf(active)?.spanContext();
  if (context !== undefined && context.traceId !== INVALID_TRACEID) {
    if (traceId !== undefined) fields[traceId] = context.traceId;
    if (spanId !== undefined) fields[spanId] = spanIdOf(context, options?.splitShared ?? tracing.log.splitShared);
    if (traceFlags !== undefined) fields[traceFlags] = flagsText(context.traceFlags);
  }
  if (idName === undefined) return;
  const id = requestId(active);
  if (id !== undefined) fields[idName] = id;
}

function flagsText(flags: number): string {
  return flags === 1 ? "01" : ((flags ?? 0) & 0xff).toString(16).padStart(2, "0");
}

/** A request logs several lines, and the split ID is a hash. */
const splitIds = new WeakMap<SpanContext, string>();

function spanIdOf(context: SpanContext, split: boolean): string {
  if (!split) return context.spanId;
  let id = splitIds.get(context);
  if (id === undefined) {
    id = splitSpanId(context) ?? context.spanId;
    splitIds.set(context, id);
  }
  return id;
}

/**
 * Sets the fields that `record` does not have: a value of the app takes precedence. Never throws; a
 * record that cannot be changed stays as it is, and is counted.
 */
export function addMissing(record: Record<string, unknown>, options: LogFieldsOptions): void {
  try {
    const fields = logFields(options);
    for (const name in fields) if (record[name] === undefined) record[name] = fields[name];
  } catch (error) {
    adapterTracing().log.failed("a record of a logger could not be read or changed", error);
  }
}
