// OpenTelemetry's SDK makes the spans, with the propagator, sampler, exporter and shared span of
// meshtrace.
import { initTracing, JaegerExporter, MeshPropagator, MeshSampler } from "@meshtrace/core";
import { SharedSpanIdGenerator, shareSpans } from "@meshtrace/core/sdk";
import { trace } from "@opentelemetry/api";
import { NodeSDK } from "@opentelemetry/sdk-node";
import { listen } from "./listen.mjs";

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
