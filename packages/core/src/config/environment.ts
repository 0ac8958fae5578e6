/**
 * Every setting that a variable can make: one row each. Parsing, defaults, error messages and the README's table come
 * from here.
 */
import { PASS_THROUGH } from "../headers/names.js";
import { boolean, httpUrl, integer, listOf, named, number, oneOf, pairs, passThrough, text } from "./parsers.js";
import {
  CONSOLE_FORMATS,
  EXPORTER_NAMES,
  JAEGER_PROTOCOLS,
  LOG_LEVELS,
  PROPAGATOR_NAMES,
  SAMPLER_NAMES,
  TRUST,
} from "./setting-names.js";
import { row, type SettingRow } from "./setting-row.js";

const NAME = { defaultText: "`app.namespace` in Kubernetes, else package.json's name" };
const JAEGER = { defaultText: "`jaeger-collector.istio-system:14268` in Kubernetes, else localhost" };
const ZIPKIN = { defaultText: "`zipkin.istio-system:9411` in Kubernetes, else localhost" };
const SECRET = { secret: true } as const;
// The longest that a timer of Node takes; a longer one would fire at once.
const LONGEST_MS = 2 ** 31 - 1;
const milliseconds = number(1, LONGEST_MS);
const millisecondsOrNone = number(0, LONGEST_MS);

export const SETTINGS: readonly SettingRow[] = [
  row("serviceName", "OTEL_SERVICE_NAME JAEGER_SERVICE_NAME", text, undefined, "The service's name in traces.", NAME),
  row("resourceAttributes", "OTEL_RESOURCE_ATTRIBUTES JAEGER_TAGS", pairs, undefined, "Attributes of the process.", {
    defaultText: "host, process, Kubernetes",
    merged: true,
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
  row("jaeger.bearerToken", "JAEGER_AUTH_TOKEN", text, undefined, "Sent as `Authorization: Bearer`.", SECRET),
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
  row(
    "console.format",
    "MESHTRACE_CONSOLE_FORMAT",
    oneOf(CONSOLE_FORMATS),
    undefined,
    "A JSON line or a readable line for each span, or a waterfall for each request.",
    { defaultText: "`waterfall` on a terminal, else `json`" },
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
  row("passThrough", "MESHTRACE_PASS_THROUGH", passThrough, PASS_THROUGH, "Headers to forward byte for byte."),
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
    "batch.maxQueueBytes",
    "MESHTRACE_MAX_QUEUE_BYTES",
    integer(1),
    33_554_432,
    "Bytes, about, that may wait for export.",
  ),
  row(
    "batch.maxExportBatchBytes",
    "MESHTRACE_MAX_EXPORT_BATCH_BYTES",
    integer(1),
    4_194_304,
    "Bytes, about, in one export.",
  ),
  row(
    "batch.scheduledDelayMillis",
    "OTEL_BSP_SCHEDULE_DELAY",
    millisecondsOrNone,
    5000,
    "Milliseconds that a span waits at most.",
  ),
  row("batch.exportTimeoutMillis", "OTEL_BSP_EXPORT_TIMEOUT", milliseconds, 30_000, "Milliseconds for one export."),
  row(
    "limits.attributeCountLimit",
    "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT OTEL_ATTRIBUTE_COUNT_LIMIT",
    integer(0),
    128,
    "Attributes of a span.",
  ),
  row("limits.eventCountLimit", "OTEL_SPAN_EVENT_COUNT_LIMIT", integer(0), 128, "Events of a span."),
  row("limits.linkCountLimit", "OTEL_SPAN_LINK_COUNT_LIMIT", integer(0), 128, "Links of a span."),
  row(
    "limits.attributePerEventCountLimit",
    "OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT OTEL_ATTRIBUTE_COUNT_LIMIT",
    integer(0),
    128,
    "Attributes of an event.",
  ),
  row(
    "limits.attributePerLinkCountLimit",
    "OTEL_LINK_ATTRIBUTE_COUNT_LIMIT OTEL_ATTRIBUTE_COUNT_LIMIT",
    integer(0),
    128,
    "Attributes of a link.",
  ),
  row(
    "limits.attributeValueLengthLimit",
    "OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT",
    integer(0),
    undefined,
    "Characters of an attribute's text.",
    { defaultText: "no limit" },
  ),
  row(
    "shutdown.timeoutMs",
    "MESHTRACE_SHUTDOWN_TIMEOUT",
    millisecondsOrNone,
    5000,
    "Milliseconds to flush within when the process ends.",
  ),
  row("disabled", "OTEL_SDK_DISABLED JAEGER_DISABLED", boolean, false, "No spans; headers are still forwarded."),
  row(
    "logLevel",
    "OTEL_LOG_LEVEL",
    oneOf(LOG_LEVELS),
    "info",
    "What meshtrace and OpenTelemetry say of themselves; a logger of the app's own stays as it is.",
  ),
];
