/**
 * @meshtrace/core. For users: `initTracing`. For authors of adapters, and for who builds a provider: the rest.
 */

export { isTracingSuppressed } from "@opentelemetry/core";
export { type AdapterTracing, adapterTracing, type Contexts, type PropagateTo, type Trust } from "./active-tracing.js";
export { type ConfigProblem, TracingConfigError } from "./config-error.js";
export {
  ConsoleExporter,
  type ConsoleExporterConfig,
  type ConsoleFormat,
} from "./exporters/console/console-exporter.js";
export type { SpanReport } from "./exporters/delivery-report.js";
export { JaegerExporter, type JaegerExporterConfig } from "./exporters/jaeger/jaeger-exporter.js";
export type { OnLoss, SpanLoss } from "./exporters/loss-log.js";
export { prometheusText } from "./exporters/prometheus.js";
export { ZipkinExporter, type ZipkinExporterConfig } from "./exporters/zipkin/zipkin-exporter.js";
export { forwardHeaders, type HeaderBag, requestId, traceContext } from "./headers.js";
export { initTracing } from "./init.js";
export type { JaegerRemote } from "./jaeger-remote-sampler.js";
export type { ExporterName, PropagatorName, TracingOptions } from "./options.js";
export type { PassThroughChange } from "./parsers.js";
export { MeshPropagator, type MeshPropagatorOptions, type PropagationFormat } from "./propagator.js";
export { localSampler, MeshSampler, type SamplerSetting } from "./sampler.js";
export { asksSampler, forwardOnly, startServerSpan } from "./server-span.js";
export type { Setting } from "./settings.js";
export { splitShared } from "./shared-span.js";
export type { Extracted, SamplingDecision, SamplingState, TraceContext } from "./trace-context.js";
export type { Tracing, TracingReport } from "./tracing.js";
