// OpenTelemetry 3.x (Node 22.15 and later): SDK, B3 propagator and Zipkin exporter, with their
// defaults. Its instrumentations use OpenTelemetry's API alone: the same packages as for 2.x. A
// Jaeger exporter does not exist.
const { createRequire } = require("node:module");
const { context, propagation, trace } = require("@opentelemetry/api");
const { instrument } = require("./instrumentations.cjs");

const core = createRequire(require.resolve("../../../core/package.json"));
const sdk = createRequire(core.resolve("sdk-node-0.30x"));
const { BatchSpanProcessor, TracerProvider } = sdk("@opentelemetry/sdk-trace");
const { AsyncLocalStorageContextManager } = sdk("@opentelemetry/context-async-hooks");
const { B3InjectEncoding, B3Propagator } = sdk("@opentelemetry/propagator-b3");
const { ZipkinExporter } = sdk("@opentelemetry/exporter-zipkin");

exports.start = (_exporter, url) => {
  const provider = new TracerProvider({
    spanProcessors: [new BatchSpanProcessor({ exporter: new ZipkinExporter({ url, serviceName: "bench" }) })],
  });
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new B3Propagator({ injectEncoding: B3InjectEncoding.MULTI_HEADER }));
  const added = instrument();
  return Object.defineProperty(added, "flush", { value: () => provider.forceFlush() });
};
