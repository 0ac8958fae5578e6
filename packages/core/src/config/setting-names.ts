/**
 * What the settings that take a name take, for types, options and variables.
 */
export const EXPORTER_NAMES = ["jaeger", "zipkin", "otlp", "console", "none"] as const;
export const PROPAGATOR_NAMES = ["b3", "b3multi", "tracecontext", "baggage", "none"] as const;
export const JAEGER_PROTOCOLS = ["http/thrift.binary", "udp/thrift.compact", "udp/thrift.binary"] as const;
export const CONSOLE_FORMATS = ["json", "line", "waterfall"] as const;
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
