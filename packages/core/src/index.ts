/**
 * @meshtrace/core. For users: `initTracing`. For authors of adapters, and for who builds a provider: the rest.
 */

export { type AdapterTracing, adapterTracing, type PropagateTo, type Trust } from "./active-tracing.js";
export { ConsoleExporter } from "./exporters/console.js";
export type { SpanReport } from "./exporters/delivery-report.js";
export { JaegerExporter, type JaegerExporterConfig } from "./exporters/jaeger/jaeger-exporter.js";
export { forwardHeaders, type HeaderBag, requestId, traceContext } from "./headers.js";
export { initTracing, type Tracing, type TracingReport } from "./init.js";
export {
  type ConfigProblem,
  type ExporterName,
  type PropagatorName,
  type Setting,
  TracingConfigError,
  type TracingOptions,
} from "./options.js";
export { MeshPropagator, type MeshPropagatorOptions, type PropagationFormat } from "./propagator.js";
export { localSampler, MeshSampler, type SamplerSetting } from "./sampler.js";
export { forwardOnly, startServerSpan } from "./server-span.js";
export { splitShared } from "./shared-span.js";
export type { Extracted, SamplingDecision, SamplingState, TraceContext } from "./trace-context.js";
