/**
 * Every variable that is read: one row each. Parsing, error messages and the README's table come from here.
 */
import { isHeaderName } from "./mesh-headers.js";
import { boolean, httpUrl, listOf, number, oneOf, type Parser, pairs, text } from "./parsers.js";

export const EXPORTER_NAMES = ["jaeger", "console", "none"] as const;
export const PROPAGATOR_NAMES = ["b3", "b3multi", "tracecontext", "baggage", "none"] as const;
export const SAMPLER_NAMES = [
  "always_on",
  "always_off",
  "traceidratio",
  "parentbased_always_on",
  "parentbased_always_off",
  "parentbased_traceidratio",
] as const;
export const LOG_LEVELS = ["none", "error", "warn", "info", "debug", "verbose", "all"] as const;

const headerName: Parser<string> = {
  parse: (value) => (isHeaderName(value) ? value : undefined),
  allowed: "header names, separated by commas",
};

const named = (what: string, names: readonly string[]): Parser<string> => ({
  ...oneOf(names),
  allowed: `unknown ${what}; one of ${names.join(", ")}`,
});

/** One variable: which option it settles, how its text is read, and a sentence on it. */
export interface Variable {
  readonly name: string;
  readonly option: string;
  readonly parser: Parser<unknown>;
  readonly meaning: string;
  readonly secret?: true;
}

/** Of two variables for one option, the first that is set counts. An empty variable counts as not set. */
export const VARIABLES: readonly Variable[] = [
  { name: "OTEL_SERVICE_NAME", option: "serviceName", parser: text, meaning: "The service's name in traces." },
  {
    name: "JAEGER_SERVICE_NAME",
    option: "serviceName",
    parser: text,
    meaning: "The same, for who comes from jaeger-client.",
  },
  {
    name: "OTEL_RESOURCE_ATTRIBUTES",
    option: "resourceAttributes",
    parser: pairs,
    meaning: "Attributes of the process.",
  },
  {
    name: "JAEGER_TAGS",
    option: "resourceAttributes",
    parser: pairs,
    meaning: "The same, for who comes from jaeger-client.",
  },
  {
    name: "OTEL_TRACES_EXPORTER",
    option: "exporter",
    parser: listOf(named("exporter", EXPORTER_NAMES)),
    meaning: "Where spans go; a list is a fan-out.",
  },
  {
    name: "OTEL_EXPORTER_JAEGER_ENDPOINT",
    option: "endpoint",
    parser: httpUrl,
    meaning: "The Jaeger collector's URL for Thrift over HTTP.",
  },
  {
    name: "JAEGER_ENDPOINT",
    option: "endpoint",
    parser: httpUrl,
    meaning: "The same, for who comes from jaeger-client.",
  },
  {
    name: "OTEL_EXPORTER_JAEGER_TIMEOUT",
    option: "timeoutMs",
    parser: number(1),
    meaning: "Milliseconds for one attempt to export.",
  },
  { name: "OTEL_EXPORTER_JAEGER_USER", option: "username", parser: text, meaning: "User for basic authentication." },
  { name: "JAEGER_USER", option: "username", parser: text, meaning: "The same, for who comes from jaeger-client." },
  {
    name: "OTEL_EXPORTER_JAEGER_PASSWORD",
    option: "password",
    parser: text,
    meaning: "Password for basic authentication.",
    secret: true,
  },
  {
    name: "JAEGER_PASSWORD",
    option: "password",
    parser: text,
    meaning: "The same, for who comes from jaeger-client.",
    secret: true,
  },
  {
    name: "MESHTRACE_SHARED_SPAN",
    option: "sharedSpan",
    parser: boolean,
    meaning: "Whether server spans share the caller's span ID.",
  },
  {
    name: "OTEL_TRACES_SAMPLER",
    option: "sampler",
    parser: named("sampler", SAMPLER_NAMES),
    meaning: "Who samples what the mesh has not decided.",
  },
  {
    name: "OTEL_TRACES_SAMPLER_ARG",
    option: "samplerArgument",
    parser: number(0, 1),
    meaning: "The ratio of the ratio samplers.",
  },
  {
    name: "OTEL_PROPAGATORS",
    option: "propagators",
    parser: listOf(named("propagator", PROPAGATOR_NAMES)),
    meaning: "Header formats, the preferred family first.",
  },
  {
    name: "MESHTRACE_PASS_THROUGH",
    option: "passThrough",
    parser: listOf(headerName),
    meaning: "Headers to forward byte for byte.",
  },
  {
    name: "MESHTRACE_PROPAGATE_TO",
    option: "propagateTo",
    parser: listOf(text),
    meaning: "`mesh`, `all`, `none`, or hosts and `*.suffix`.",
  },
  {
    name: "MESHTRACE_DEBUG_PER_SECOND",
    option: "debugPerSecond",
    parser: number(0),
    meaning: "Traces a second that `x-b3-flags: 1` may force.",
  },
  {
    name: "MESHTRACE_TRUST",
    option: "trust",
    parser: oneOf(["continue", "restart", "ignore"]),
    meaning: "What becomes of contexts from outside.",
  },
  {
    name: "OTEL_BSP_MAX_QUEUE_SIZE",
    option: "maxQueueSize",
    parser: number(1),
    meaning: "Spans that may wait for export.",
  },
  {
    name: "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
    option: "maxExportBatchSize",
    parser: number(1),
    meaning: "Spans in one export.",
  },
  {
    name: "OTEL_BSP_SCHEDULE_DELAY",
    option: "scheduledDelayMillis",
    parser: number(0),
    meaning: "Milliseconds that a span waits at most.",
  },
  {
    name: "OTEL_BSP_EXPORT_TIMEOUT",
    option: "exportTimeoutMillis",
    parser: number(1),
    meaning: "Milliseconds for one export.",
  },
  {
    name: "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT",
    option: "attributeCountLimit",
    parser: number(0),
    meaning: "Attributes of a span.",
  },
  { name: "OTEL_SPAN_EVENT_COUNT_LIMIT", option: "eventCountLimit", parser: number(0), meaning: "Events of a span." },
  { name: "OTEL_SPAN_LINK_COUNT_LIMIT", option: "linkCountLimit", parser: number(0), meaning: "Links of a span." },
  {
    name: "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT",
    option: "attributeValueLengthLimit",
    parser: number(1),
    meaning: "Characters of an attribute's text.",
  },
  {
    name: "MESHTRACE_SHUTDOWN_TIMEOUT",
    option: "shutdownTimeoutMs",
    parser: number(0),
    meaning: "Milliseconds to flush within when the process ends.",
  },
  { name: "OTEL_SDK_DISABLED", option: "disabled", parser: boolean, meaning: "No spans; headers are still forwarded." },
  {
    name: "JAEGER_DISABLED",
    option: "disabled",
    parser: boolean,
    meaning: "The same, for who comes from jaeger-client.",
  },
  {
    name: "OTEL_LOG_LEVEL",
    option: "logLevel",
    parser: oneOf(LOG_LEVELS),
    meaning: "What meshtrace and OpenTelemetry say of themselves.",
  },
];
