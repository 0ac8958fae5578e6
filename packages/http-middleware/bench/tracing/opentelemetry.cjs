// OpenTelemetry 2.x: SDK, B3 propagator, instrumentations and exporter, with their defaults.
const { B3InjectEncoding, B3Propagator } = require("@opentelemetry/propagator-b3");
const { BatchSpanProcessor, NodeTracerProvider } = require("@opentelemetry/sdk-trace-node");
const { instrument } = require("./instrumentations.cjs");

const EXPORTERS = {
  zipkin: (url) => new (require("@opentelemetry/exporter-zipkin").ZipkinExporter)({ url, serviceName: "bench" }),
  jaeger: (endpoint) => new (require("@opentelemetry/exporter-jaeger").JaegerExporter)({ endpoint }),
};

exports.start = (exporter, endpoint) => {
  const provider = new NodeTracerProvider({
    spanProcessors: [new BatchSpanProcessor(EXPORTERS[exporter](endpoint))],
  });
  provider.register({ propagator: new B3Propagator({ injectEncoding: B3InjectEncoding.MULTI_HEADER }) });
  const added = instrument();
  return Object.defineProperty(added, "flush", { value: () => provider.forceFlush() });
};
