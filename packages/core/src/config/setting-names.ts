/**
 * The names that settings accept, for types, options and variables.
 */
export const EXPORTER_NAMES = ["jaeger", "zipkin", "otlp", "console", "none"] as const;
/** Names of the exporters that `initTracing` makes itself. */
export type ExporterName = (typeof EXPORTER_NAMES)[number];

export const PROPAGATOR_NAMES = ["b3", "b3multi", "tracecontext", "baggage", "none"] as const;
/** Header formats, as `OTEL_PROPAGATORS` names them. */
export type PropagatorName = (typeof PROPAGATOR_NAMES)[number];

export const JAEGER_PROTOCOLS = ["http/thrift.binary", "udp/thrift.compact", "udp/thrift.binary"] as const;
/** Encoding and transport of Jaeger's Thrift. */
export type JaegerProtocol = (typeof JAEGER_PROTOCOLS)[number];

export const OTLP_PROTOCOLS = ["grpc", "http/protobuf", "http/json"] as const;
/** Encodings of OTLP. */
export type OtlpProtocol = (typeof OTLP_PROTOCOLS)[number];

export const CONSOLE_FORMATS = ["json", "line", "waterfall"] as const;
export type ConsoleFormat = (typeof CONSOLE_FORMATS)[number];

/**
 * What happens to a context from outside: continue its trace, start a new trace linked to it, or
 * ignore it.
 */
export const TRUST = ["continue", "restart", "ignore"] as const;
/**
 * What happens to a caller's context: continue it, start a new trace linked to it, or ignore it.
 */
export type Trust = (typeof TRUST)[number];

export const LOG_LEVELS = ["none", "error", "warn", "info", "debug", "verbose", "all"] as const;
/** Levels of OpenTelemetry's `diag`, as `OTEL_LOG_LEVEL` names them. */
export type LogLevel = (typeof LOG_LEVELS)[number];

export const COMPRESSIONS = ["gzip", "none"] as const;
/** Compression of exports over HTTP. */
export type Compression = (typeof COMPRESSIONS)[number];

export const LOGGERS = ["pino", "winston", "bunyan", "log4js", "console"] as const;
/** Loggers whose lines get fields with zero-code instrumentation. */
export type LoggerName = (typeof LOGGERS)[number];

export const LOG_FIELD_PRESETS = ["default", "opentelemetry", "ecs"] as const;
/** Names of the fields in log lines: ours, OpenTelemetry's, or those of Elastic's schema. */
export type LogFieldPreset = (typeof LOG_FIELD_PRESETS)[number];
