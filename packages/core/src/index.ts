/**
 * @meshtrace/core: tracing for services in an Istio mesh. Adapters are written against
 *   `@meshtrace/core/adapter`.
 */

export { type ConfigProblem, TracingConfigError } from "./config/config-error.js";
export type {
  Compression,
  ExporterName,
  JaegerProtocol,
  LogLevel,
  OtlpProtocol,
  PropagatorName,
  Trust,
} from "./config/setting-names.js";
export type { Setting } from "./config/setting-reader.js";
export type { TracingOptions } from "./config/tracing-options.js";
export type { PassThroughChange, PropagateTo, TlsOptions } from "./config/tracing-types.js";
export {
  ConsoleExporter,
  type ConsoleExporterConfig,
  type ConsoleFormat,
} from "./export/console/console-exporter.js";
export { JaegerExporter, type JaegerExporterConfig } from "./export/jaeger/jaeger-exporter.js";
export type { OnLoss, SpanLoss } from "./export/report/loss-log.js";
export { prometheusText } from "./export/report/prometheus.js";
export type { SpanReport } from "./export/report/span-report.js";
export { ZipkinExporter, type ZipkinExporterConfig } from "./export/zipkin/zipkin-exporter.js";
export type { Extracted, SamplingDecision, SamplingState, TraceContext } from "./headers/trace-context.js";
export { initTracing } from "./init.js";
export { MeshPropagator, type MeshPropagatorOptions, type PropagationFormat } from "./propagation/mesh-propagator.js";
export { forceTrace } from "./runtime/force-trace.js";
export { extractTraceContext, forwardHeaders, type HeaderBag, requestId } from "./runtime/forward-headers.js";
export type { Tracing, TracingReport } from "./runtime/handle.js";
export type { MessageReport } from "./runtime/message-counts.js";
export type { RequestReport } from "./runtime/request-counts.js";
export { type JobOptions, traceJob } from "./runtime/trace-job.js";
export type { JaegerRemote } from "./sampling/jaeger-remote-sampler.js";
export { MeshSampler, type SamplerSetting } from "./sampling/mesh-sampler.js";
export type { Sampler, SamplingResult } from "./sampling/sampler.js";
export type {
  ExportResult,
  IdGenerator,
  InstrumentationScope,
  ReadableSpan,
  RecordingSpan,
  Resource,
  SpanExporter,
  SpanLimits,
  SpanProcessor,
  TimedEvent,
} from "./tracer/readable-span.js";
export { splitShared } from "./tracer/shared-span.js";
