/**
 * Every setting that a variable can make: one row each. Parsing, defaults, error messages and the README's table come
 * from here.
 */
import { PASS_THROUGH } from "./mesh-headers.js";
import {
  boolean,
  headerName,
  httpUrl,
  integer,
  listOf,
  named,
  number,
  oneOf,
  type Parser,
  pairs,
  text,
} from "./parsers.js";

export const EXPORTER_NAMES = ["jaeger", "zipkin", "otlp", "console", "none"] as const;
export const PROPAGATOR_NAMES = ["b3", "b3multi", "tracecontext", "baggage", "none"] as const;
export const JAEGER_PROTOCOLS = ["http/thrift.binary", "udp/thrift.compact", "udp/thrift.binary"] as const;
export const TRUST = ["continue", "restart", "ignore"] as const;
export const LOG_LEVELS = ["none", "error", "warn", "info", "debug", "verbose", "all"] as const;
export const SAMPLER_NAMES = [
  "always_on",
  "always_off",
  "traceidratio",
  "parentbased_always_on",
  "parentbased_always_off",
  "parentbased_traceidratio",
  "jaeger_remote",
  "parentbased_jaeger_remote",
] as const;

/** One setting: its variables in order of precedence, how their text is read, what holds without them, a sentence. */
export interface SettingRow {
  /** The option's name, dotted where it is nested: `batch.maxQueueSize`. */
  readonly option: string;
  /** The first of them that is set counts; an empty variable counts as not set. */
  readonly variables: readonly string[];
  readonly parser: Parser<unknown>;
  readonly default?: unknown;
  /** Where the default is no plain value. */
  readonly defaultText?: string;
  readonly meaning: string;
  readonly secret?: true;
}

const row = (
  option: string,
  variables: string,
  parser: Parser<unknown>,
  standard: unknown,
  meaning: string,
  more: Pick<SettingRow, "secret" | "defaultText"> = {},
): SettingRow => ({
  option,
  variables: variables.split(" ").filter((name) => name !== ""),
  parser,
  ...(standard === undefined ? {} : { default: standard }),
  meaning,
  ...more,
});

const NAME = { defaultText: "`app.namespace` in Kubernetes, else package.json's name" };
const JAEGER = { defaultText: "`jaeger-collector.istio-system:14268` in Kubernetes, else localhost" };
const ZIPKIN = { defaultText: "`zipkin.istio-system:9411` in Kubernetes, else localhost" };
const SECRET = { secret: true } as const;
const milliseconds = number(1);

export const SETTINGS: readonly SettingRow[] = [
  row("serviceName", "OTEL_SERVICE_NAME JAEGER_SERVICE_NAME", text, undefined, "The service's name in traces.", NAME),
  row("resourceAttributes", "OTEL_RESOURCE_ATTRIBUTES JAEGER_TAGS", pairs, undefined, "Attributes of the process.", {
    defaultText: "host, process, Kubernetes",
  }),
  row(
    "exporter",
    "OTEL_TRACES_EXPORTER",
    listOf(named("exporter", EXPORTER_NAMES)),
    "jaeger",
    "Where spans go; a list is a fan-out.",
  ),
  row(
    "jaeger.endpoint",
    "OTEL_EXPORTER_JAEGER_ENDPOINT JAEGER_ENDPOINT",
    httpUrl,
    undefined,
    "Jaeger's URL for Thrift over HTTP.",
    JAEGER,
  ),
  row(
    "jaeger.protocol",
    "OTEL_EXPORTER_JAEGER_PROTOCOL",
    named("protocol", JAEGER_PROTOCOLS),
    "http/thrift.binary",
    "How spans go to Jaeger.",
  ),
  row(
    "jaeger.host",
    "OTEL_EXPORTER_JAEGER_AGENT_HOST JAEGER_AGENT_HOST",
    text,
    undefined,
    "Jaeger's host for UDP; alone it chooses `udp/thrift.compact`.",
    { defaultText: "localhost" },
  ),
  row(
    "jaeger.port",
    "OTEL_EXPORTER_JAEGER_AGENT_PORT JAEGER_AGENT_PORT",
    integer(1, 65_535),
    undefined,
    "Jaeger's UDP port.",
    { defaultText: "6831 compact, 6832 binary" },
  ),
  row("jaeger.username", "OTEL_EXPORTER_JAEGER_USER JAEGER_USER", text, undefined, "User for basic authentication."),
  row(
    "jaeger.password",
    "OTEL_EXPORTER_JAEGER_PASSWORD JAEGER_PASSWORD",
    text,
    undefined,
    "Password for basic authentication.",
    SECRET,
  ),
  row(
    "jaeger.timeoutMs",
    "OTEL_EXPORTER_JAEGER_TIMEOUT",
    milliseconds,
    10_000,
    "Milliseconds for one attempt to export.",
  ),
  row("zipkin.endpoint", "OTEL_EXPORTER_ZIPKIN_ENDPOINT", httpUrl, undefined, "Zipkin's URL for JSON v2.", ZIPKIN),
  row(
    "zipkin.timeoutMs",
    "OTEL_EXPORTER_ZIPKIN_TIMEOUT",
    milliseconds,
    10_000,
    "Milliseconds for one attempt to export.",
  ),
  row(
    "otlp.protocol",
    "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL OTEL_EXPORTER_OTLP_PROTOCOL",
    named("protocol", ["grpc", "http/protobuf", "http/json"]),
    "http/protobuf",
    "OTLP's encoding; OpenTelemetry's exporter reads its other variables itself.",
  ),
  row("sharedSpan", "MESHTRACE_SHARED_SPAN", boolean, true, "Whether server spans share the caller's span ID."),
  row(
    "sampler",
    "OTEL_TRACES_SAMPLER",
    named("sampler", SAMPLER_NAMES),
    "always_on",
    "Who samples what the mesh has not decided.",
  ),
  row(
    "samplerArgument",
    "OTEL_TRACES_SAMPLER_ARG",
    text,
    undefined,
    "The ratio, or `endpoint=...,pollingIntervalMs=...` of jaeger_remote.",
    { defaultText: "1" },
  ),
  row(
    "jaegerSamplerType",
    "JAEGER_SAMPLER_TYPE",
    oneOf(["const", "probabilistic", "ratelimiting", "remote"]),
    undefined,
    "The same, for who comes from jaeger-client.",
  ),
  row(
    "jaegerSamplerParam",
    "JAEGER_SAMPLER_PARAM",
    number(0),
    undefined,
    "Its parameter: 0 or 1, a ratio, traces a second.",
  ),
  row("jaegerSamplerEndpoint", "JAEGER_SAMPLING_ENDPOINT", httpUrl, undefined, "Where `remote` asks.", {
    defaultText: "port 5778 of Jaeger's host",
  }),
  row(
    "propagators",
    "OTEL_PROPAGATORS",
    listOf(named("propagator", PROPAGATOR_NAMES)),
    ["b3multi", "tracecontext"],
    "Header formats, the preferred family first.",
  ),
  row("passThrough", "MESHTRACE_PASS_THROUGH", listOf(headerName), PASS_THROUGH, "Headers to forward byte for byte."),
  row("propagateTo", "MESHTRACE_PROPAGATE_TO", listOf(text), "mesh", "`mesh`, `all`, `none`, hosts and `*.suffix`."),
  row(
    "debug.perSecond",
    "MESHTRACE_DEBUG_PER_SECOND",
    number(0),
    10,
    "Traces a second that `x-b3-flags: 1` may force.",
  ),
  row("trust", "MESHTRACE_TRUST", oneOf(TRUST), "continue", "What becomes of contexts from outside."),
  row("batch.maxQueueSize", "OTEL_BSP_MAX_QUEUE_SIZE", integer(1), 2048, "Spans that may wait for export."),
  row("batch.maxExportBatchSize", "OTEL_BSP_MAX_EXPORT_BATCH_SIZE", integer(1), 512, "Spans in one export."),
  row(
    "batch.scheduledDelayMillis",
    "OTEL_BSP_SCHEDULE_DELAY",
    number(0),
    5000,
    "Milliseconds that a span waits at most.",
  ),
  row("batch.exportTimeoutMillis", "OTEL_BSP_EXPORT_TIMEOUT", milliseconds, 30_000, "Milliseconds for one export."),
  row("limits.attributeCountLimit", "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", integer(0), 128, "Attributes of a span."),
  row("limits.eventCountLimit", "OTEL_SPAN_EVENT_COUNT_LIMIT", integer(0), 128, "Events of a span."),
  row("limits.linkCountLimit", "OTEL_SPAN_LINK_COUNT_LIMIT", integer(0), 128, "Links of a span."),
  row(
    "limits.attributeValueLengthLimit",
    "OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT",
    integer(1),
    undefined,
    "Characters of an attribute's text.",
    { defaultText: "no limit" },
  ),
  row(
    "shutdown.timeoutMs",
    "MESHTRACE_SHUTDOWN_TIMEOUT",
    number(0),
    5000,
    "Milliseconds to flush within when the process ends.",
  ),
  row("disabled", "OTEL_SDK_DISABLED JAEGER_DISABLED", boolean, false, "No spans; headers are still forwarded."),
  row("logLevel", "OTEL_LOG_LEVEL", oneOf(LOG_LEVELS), "info", "What meshtrace and OpenTelemetry say of themselves."),
];
