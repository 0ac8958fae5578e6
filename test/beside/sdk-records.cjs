// OpenTelemetry's SDK makes the spans, with the propagator, sampler, exporter and shared span of
// meshtrace.
const { initTracing, JaegerExporter, MeshPropagator, MeshSampler } = require("@meshtrace/core");
const { SharedSpanIdGenerator, shareSpans } = require("@meshtrace/core/sdk");
const { trace } = require("@opentelemetry/api");
const { NodeSDK } = require("@opentelemetry/sdk-node");
const { listen } = require("./listen.cjs");

new NodeSDK({
  serviceName: "hello",
  idGenerator: new SharedSpanIdGenerator(),
  sampler: new MeshSampler(),
  textMapPropagator: new MeshPropagator(),
  traceExporter: new JaegerExporter({ endpoint: process.env.OTEL_EXPORTER_JAEGER_ENDPOINT }),
  instrumentations: [],
}).start();
shareSpans(trace.getTracerProvider());
initTracing({ tracerProvider: trace.getTracerProvider() });
listen();
