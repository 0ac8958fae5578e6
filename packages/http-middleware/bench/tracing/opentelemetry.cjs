// OpenTelemetry's own, and those that Fastify's and Hono's own teams keep: SDK, B3 propagator, instrumentation and exporter, with their defaults.
const { FastifyOtelInstrumentation } = require("@fastify/otel");
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
      new FastifyOtelInstrumentation({ registerOnInitialization: true }),
      new UndiciInstrumentation(),
    ],
  });
  return {
    // The one that is no instrumentation but a middleware. Looked up by the one app that needs it.
    get hono() {
      return require("@hono/otel").httpInstrumentationMiddleware;
    },
    flush: () => provider.forceFlush(),
  };
};
