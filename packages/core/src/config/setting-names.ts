/**
 * The names that settings accept, for types, options and variables.
 */
export const EXPORTER_NAMES = ["jaeger", "zipkin", "otlp", "console", "none"] as const;
export type ExporterName = (typeof EXPORTER_NAMES)[number];

export const PROPAGATOR_NAMES = ["b3", "b3multi", "tracecontext", "baggage", "none"] as const;
export type PropagatorName = (typeof PROPAGATOR_NAMES)[number];

export const JAEGER_PROTOCOLS = ["http/thrift.binary", "udp/thrift.compact", "udp/thrift.binary"] as const;
export type JaegerProtocol = (typeof JAEGER_PROTOCOLS)[number];

export const OTLP_PROTOCOLS = ["grpc", "http/protobuf", "http/json"] as const;
export type OtlpProtocol = (typeof OTLP_PROTOCOLS)[number];

export const CONSOLE_FORMATS = ["json", "line", "waterfall"] as const;
export type ConsoleFormat = (typeof CONSOLE_FORMATS)[number];

/** What happens to a context from outside: continue its trace, start a new trace linked to it, or ignore it. */
export const TRUST = ["continue", "restart", "ignore"] as const;
export type Trust = (typeof TRUST)[number];

export const LOG_LEVELS = ["none", "error", "warn", "info", "debug", "verbose", "all"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const COMPRESSIONS = ["gzip", "none"] as const;
export type Compression = (typeof COMPRESSIONS)[number];
