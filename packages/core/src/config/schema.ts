/**
 * Every setting, once: its option, variables, type, default and secrecy, and in the comment its
 * help. `TracingOptions`, the resolved values, parsing, validation, error messages and the
 * reference table in docs follow from these entries and from those of
 * `export-settings.ts`.
 */
import { PASS_THROUGH } from "../headers/names.js";
import { attributesFromVariables } from "./attribute-variables.js";
import { EXPORT_SETTINGS } from "./export-settings.js";
import { hosts, paths } from "./ignore-types.js";
import { SAMPLER_VARIABLES, samplerFromVariables } from "./sampler-variables.js";
import { type AnyEntry, isEntry, type SwitchableGroup, setting } from "./setting.js";
import * as names from "./setting-names.js";
import * as tracing from "./tracing-types.js";
import { flag, integer, isObject, millisecondsOrZero, number, oneOf, text } from "./value-types.js";

/** Settings of the process. They also hold where no spans are made. */
export const PROCESS_SETTINGS = {
  /** Makes no spans; headers are still forwarded. @default false */
  disabled: setting(flag, { variables: "OTEL_SDK_DISABLED JAEGER_DISABLED", default: false }),
  /**
   * `false`: problems of the configuration become a warning, and no spans are made. @default true
   */
  strict: setting(flag, { default: true }),
  /**
   * Level of OpenTelemetry's logger `diag`. A logger that the app registered keeps its own.
   * @default info
   */
  logLevel: setting(oneOf(names.LOG_LEVELS), { variables: "OTEL_LOG_LEVEL", default: "info" }),
  /**
   * Header formats, the preferred family first, or propagators of your own. A call answers in the
   * formats of its request.
   * @default b3multi,tracecontext
   */
  propagators: setting(tracing.propagators, { variables: "OTEL_PROPAGATORS", default: ["b3multi", "tracecontext"] }),
  /**
   * Headers to forward byte for byte: a list that replaces the default, or a change of it. @default
   * the set of "Headers"
   */
  passThrough: setting(tracing.passThrough, { variables: "MESHTRACE_PASS_THROUGH", default: PASS_THROUGH }),
  /**
   * Hosts to which calls carry headers: `mesh`, `all`, `none`, hosts and `*.suffix`. @default mesh
   */
  propagateTo: setting(tracing.propagateTo, { variables: "MESHTRACE_PROPAGATE_TO", default: "mesh" }),
  /**
   * What happens to a caller's context: continue it, start a new trace linked to it, or ignore it.
   * @default continue
   */
  trust: setting(oneOf(names.TRUST), { variables: "MESHTRACE_TRUST", default: "continue" }),
  /** What is left out of traces, in every adapter and with zero-code instrumentation. */
  ignore: {
    /**
     * Paths of requests that are forwarded and not recorded, beside probes: `/status`,
     * `/internal/*`. The option `ignore` of an adapter takes precedence. @default none
     */
    paths: setting(paths, { variables: "MESHTRACE_IGNORE", default: [] }),
    /**
     * Hosts to which calls are left alone: they have no span, and the headers that the app sets.
     * @default none
     */
    hosts: setting(hosts, { variables: "MESHTRACE_IGNORE_HOSTS", default: [] }),
    /**
     * Records no calls that are made outside of any span, by timers and at start for example.
     * @default false
     */
    callsWithoutParent: setting(flag, { variables: "MESHTRACE_IGNORE_CALLS_WITHOUT_PARENT", default: false }),
  },
  /** Fields in log lines, see "Log lines". */
  log: {
    /**
     * Loggers whose lines get the fields. Read by zero-code instrumentation alone: pino, winston,
     * bunyan, log4js, console. @default none
     */
    loggers: setting(tracing.loggers, { variables: "MESHTRACE_LOG", default: [] }),
    /** Names of the fields: default, opentelemetry, ecs. @default default */
    fields: setting(oneOf(names.LOG_FIELD_PRESETS), { variables: "MESHTRACE_LOG_FIELDS", default: "default" }),
  },
  /** A provider built with OpenTelemetry's SDK, which makes the spans and exports them. */
  tracerProvider: setting(tracing.tracerProvider),
  /**
   * An HTTP server for the report and the settings: `GET /` has JSON, `GET /metrics` the report for
   * Prometheus.
   */
  diagnostics: {
    /** Port of the server. Without it there is none. @default no server */
    port: setting(integer(1, 65_535), { variables: "MESHTRACE_DIAGNOSTICS_PORT" }),
    /**
     * Address on which it listens. `kubectl port-forward` reaches the default; Prometheus needs
     * `0.0.0.0`. @default 127.0.0.1
     */
    host: setting(text, { variables: "MESHTRACE_DIAGNOSTICS_HOST", default: "127.0.0.1" }),
  },
};

const SHUTDOWN_SETTINGS = {
  /** Signals on which waiting spans are flushed. @default SIGTERM,SIGINT */
  signals: setting(tracing.signals, { default: ["SIGTERM", "SIGINT"] }),
  /** Milliseconds that a flush and `shutdown()` may take. @default 5000 */
  timeoutMs: setting(millisecondsOrZero, { variables: "MESHTRACE_SHUTDOWN_TIMEOUT", default: 5000 }),
};

/** Settings of our own tracer provider. */
export const SPAN_SETTINGS = {
  /**
   * The service's name in traces. @default `app.namespace` in Kubernetes, else the name in
   * package.json
   */
  serviceName: setting(text, { variables: "OTEL_SERVICE_NAME JAEGER_SERVICE_NAME" }),
  /**
   * Attributes of the process, beside those of host, process and Kubernetes. Options and variables
   * are merged. `JAEGER_TAGS` is not percent-encoded and may contain `${VARIABLE:default}`.
   */
  resourceAttributes: setting(tracing.attributes, {
    variables: "OTEL_RESOURCE_ATTRIBUTES JAEGER_TAGS",
    read: attributesFromVariables,
  }),
  /**
   * Sampler used when the mesh has made no decision. `OTEL_TRACES_SAMPLER_ARG` is the ratio of
   * `traceidratio`, or `endpoint=...,pollingIntervalMs=...,initialSamplingRate=...` of
   * `jaeger_remote`. `JAEGER_SAMPLER_TYPE` (const, probabilistic, ratelimiting, remote) counts
   * where `OTEL_TRACES_SAMPLER` is not set; its parameter is `JAEGER_SAMPLER_PARAM`, and `remote`
   * asks `JAEGER_SAMPLING_ENDPOINT`. @default always_on
   */
  sampler: setting(
    { ...tracing.sampler, allowedText: SAMPLER_VARIABLES },
    {
      variables:
        "OTEL_TRACES_SAMPLER OTEL_TRACES_SAMPLER_ARG JAEGER_SAMPLER_TYPE JAEGER_SAMPLER_PARAM JAEGER_SAMPLING_ENDPOINT",
      default: "always_on",
      read: samplerFromVariables,
    },
  ),
  /** Debug flags from outside. */
  debug: {
    /**
     * Traces per second that `x-b3-flags: 1` may force against the mesh's decision; 0: none.
     * @default 10
     */
    perSecond: setting(number(0), { variables: "MESHTRACE_DEBUG_PER_SECOND", default: 10 }),
  },
  /** Whether SERVER spans take the caller's span ID. @default true */
  sharedSpan: setting(flag, { variables: "MESHTRACE_SHARED_SPAN", default: true }),
  /** Makes trace IDs and span IDs. @default random IDs */
  idGenerator: setting(tracing.idGenerator),
  /** Processors of your own. They see each span before the exporters do. @default none */
  spanProcessors: setting(tracing.spanProcessors, { default: [] }),
  /** Limits of a span: a whole number, or `Infinity`. */
  limits: {
    /** Attributes of a span. @default 128 */
    attributeCountLimit: setting(integer(0), {
      variables: "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT OTEL_ATTRIBUTE_COUNT_LIMIT",
      default: 128,
    }),
    /** Characters of an attribute's text. @default no limit */
    attributeValueLengthLimit: setting(integer(0), {
      variables: "OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT",
      default: Number.POSITIVE_INFINITY,
    }),
    /** Events of a span. @default 128 */
    eventCountLimit: setting(integer(0), { variables: "OTEL_SPAN_EVENT_COUNT_LIMIT", default: 128 }),
    /** Links of a span. @default 128 */
    linkCountLimit: setting(integer(0), { variables: "OTEL_SPAN_LINK_COUNT_LIMIT", default: 128 }),
    /** Attributes of an event. @default 128 */
    attributePerEventCountLimit: setting(integer(0), {
      variables: "OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT OTEL_ATTRIBUTE_COUNT_LIMIT",
      default: 128,
    }),
    /** Attributes of a link. @default 128 */
    attributePerLinkCountLimit: setting(integer(0), {
      variables: "OTEL_LINK_ATTRIBUTE_COUNT_LIMIT OTEL_ATTRIBUTE_COUNT_LIMIT",
      default: 128,
    }),
  },
};

const SHUTDOWN: SwitchableGroup<typeof SHUTDOWN_SETTINGS> = { off: tracing.off, group: SHUTDOWN_SETTINGS };

export const SCHEMA = {
  ...SPAN_SETTINGS,
  ...EXPORT_SETTINGS,
  ...PROCESS_SETTINGS,
  /** How spans are flushed when the process ends. `false`: only by `shutdown()`. */
  shutdown: SHUTDOWN,
};

/** Every entry by its option's name, dotted in groups. */
export const ENTRIES: ReadonlyMap<string, AnyEntry> = new Map(entriesOf(SCHEMA, ""));

function* entriesOf(group: object, prefix: string): Generator<[string, AnyEntry]> {
  for (const [name, member] of Object.entries(group)) {
    if (isEntry(member)) yield [prefix + name, member];
    else if (isObject(member)) yield* entriesOf(isSwitchable(member) ? member.group : member, `${prefix}${name}.`);
  }
}

export function isSwitchable(member: unknown): member is SwitchableGroup<object> {
  return isObject(member) && "off" in member && "group" in member;
}
