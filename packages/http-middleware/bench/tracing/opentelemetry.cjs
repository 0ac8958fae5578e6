// OpenTelemetry's own: SDK, B3 propagator, instrumentation and exporter, with their defaults.
const { registerInstrumentations } = require("@opentelemetry/instrumentation");
const { ExpressInstrumentation } = require("@opentelemetry/instrumentation-express");
const { HttpInstrumentation } = require("@opentelemetry/instrumentation-http");
const { KoaInstrumentation } = require("@opentelemetry/instrumentation-koa");
const { UndiciInstrumentation } = require("@opentelemetry/instrumentation-undici");
const { B3InjectEncoding, B3Propagator } = require("@opentelemetry/propagator-b3");
const { BatchSpanProcessor, NodeTracerProvider } = require("@opentelemetry/sdk-trace-node");

const EXPORTERS = {
  zipkin: (url) => new (require("@opentelemetry/exporter-zipkin").ZipkinExporter)({ url, serviceName: "bench" }),
  jaeger: (endpoint) => new (require("@opentelemetry/exporter-jaeger").JaegerExporter)({ endpoint }),
};

exports.start = (exporter, endpoint) => {
  const provider = new NodeTracerProvider({
    spanProcessors: [new BatchSpanProcessor(EXPORTERS[exporter](endpoint))],
  });
  provider.register({ propagator: new B3Propagator({ injectEncoding: B3InjectEncoding.MULTI_HEADER }) });
  // They patch what the app loads, and nothing else.
  registerInstrumentations({
    instrumentations: [
      new HttpInstrumentation(),
      new ExpressInstrumentation(),
      new KoaInstrumentation(),
      new UndiciInstrumentation(),
    ],
  });
  return { flush: () => provider.forceFlush() };
};
