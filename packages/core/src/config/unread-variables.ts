/**
 * Variables of other tracing libraries that are set and not read.
 */
import type { ExporterConfig } from "./exporter-config.js";
import type { VariableReader } from "./variable-reader.js";

/** What to use in place of a variable. */
const ADVICE: Readonly<Record<string, string>> = {
  OTEL_CONFIG_FILE: "declarative configuration is not supported; use variables or the options of initTracing()",
  OTEL_EXPERIMENTAL_CONFIG_FILE: "declarative configuration is not supported; use variables or the options",
  OTEL_NODE_RESOURCE_DETECTORS: "host, process and pod are detected; use OTEL_RESOURCE_ATTRIBUTES for others",
  OTEL_NODE_EXPERIMENTAL_SDK_METRICS: "meshtrace has no metrics of OpenTelemetry; use tracing.report()",
  JAEGER_DISABLE: "use JAEGER_DISABLED or OTEL_SDK_DISABLED",
  JAEGER_PROPAGATION: "use OTEL_PROPAGATORS: b3, b3multi, tracecontext, baggage",
  JAEGER_TRACEID_128BIT: "trace IDs have 128 bits; those from callers keep their length",
  JAEGER_AGENT_SOCKET_TYPE: "use the address of an IPv4 or IPv6 host in JAEGER_AGENT_HOST",
  JAEGER_SAMPLER_MANAGER_HOST_PORT: "use JAEGER_SAMPLING_ENDPOINT=http://host:5778/sampling",
  JAEGER_SAMPLER_HOST: "use JAEGER_SAMPLING_ENDPOINT=http://host:5778/sampling",
  JAEGER_SAMPLER_PORT: "use JAEGER_SAMPLING_ENDPOINT=http://host:5778/sampling",
  JAEGER_SAMPLER_SAMPLING_PATH: "use JAEGER_SAMPLING_ENDPOINT=http://host:5778/sampling",
  JAEGER_SAMPLER_REFRESH_INTERVAL: "use OTEL_TRACES_SAMPLER=jaeger_remote with pollingIntervalMs in its argument",
  JAEGER_SAMPLER_MAX_OPERATIONS: "operations are not limited",
  JAEGER_REPORTER_LOG_SPANS: "use OTEL_TRACES_EXPORTER=jaeger,console",
  JAEGER_REPORTER_MAX_QUEUE_SIZE: "use OTEL_BSP_MAX_QUEUE_SIZE",
  JAEGER_REPORTER_FLUSH_INTERVAL: "use OTEL_BSP_SCHEDULE_DELAY",
  JAEGER_REPORTER_TIMEOUT: "use OTEL_EXPORTER_JAEGER_TIMEOUT",
  JAEGER_REPORTER_ENDPOINT: "use JAEGER_ENDPOINT",
  JAEGER_REPORTER_USER: "use JAEGER_USER",
  JAEGER_REPORTER_PASSWORD: "use JAEGER_PASSWORD",
  JAEGER_REPORTER_AGENT_HOST: "use JAEGER_AGENT_HOST",
  JAEGER_REPORTER_AGENT_PORT: "use JAEGER_AGENT_PORT",
  ZIPKIN_ENDPOINT: "use OTEL_EXPORTER_ZIPKIN_ENDPOINT",
  ZIPKIN_HTTP_ENDPOINT: "use OTEL_EXPORTER_ZIPKIN_ENDPOINT",
  ZIPKIN_BASE_URL: "use OTEL_EXPORTER_ZIPKIN_ENDPOINT",
  ZIPKIN_URL: "use OTEL_EXPORTER_ZIPKIN_ENDPOINT",
  ZIPKIN_SERVICE_NAME: "use OTEL_SERVICE_NAME",
  ZIPKIN_SAMPLE_RATE: "use OTEL_TRACES_SAMPLER=traceidratio with OTEL_TRACES_SAMPLER_ARG",
};

const OTLP_ENDPOINTS = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];

/** Returns one warning that says what to use instead; `undefined` where every variable is read. */
export function unreadVariables(variables: VariableReader, exporters: readonly ExporterConfig[]): string | undefined {
  const unread = Object.entries(ADVICE).filter(([name]) => variables.text(name) !== undefined);
  const sampler = variables.text("OTEL_TRACES_SAMPLER");
  if (sampler !== undefined && /xray/i.test(sampler)) {
    unread.push(["OTEL_TRACES_SAMPLER", "xray is not supported; hand in its Sampler as the option sampler"]);
  }
  const otlp = variables.first(OTLP_ENDPOINTS);
  const isForgotten = otlp !== undefined && variables.text("OTEL_TRACES_EXPORTER") === undefined;
  if (isForgotten && exporters.length > 0 && exporters.every(({ kind }) => kind === "jaeger")) {
    unread.push([otlp.name, "spans go to Jaeger; use OTEL_TRACES_EXPORTER=otlp"]);
  }
  if (unread.length === 0) return undefined;
  return `variables that are set and not read: ${unread.map(([name, advice]) => `${name} (${advice})`).join("; ")}`;
}
