// One start under test: what importing and initialising costs a new process. Argument: the variant.
import answering from "../../../bench/answering.cjs";

const variant = process.argv[2];

const initialised = ({ initTracing }, exporter) => initTracing({ serviceName: "bench", exporter });

async function openTelemetry(name) {
  const { BatchSpanProcessor, NodeTracerProvider } = await import("@opentelemetry/sdk-trace-node");
  const { B3Propagator } = await import("@opentelemetry/propagator-b3");
  const exporter =
    name === "zipkin"
      ? new (await import("@opentelemetry/exporter-zipkin")).ZipkinExporter()
      : new (await import("@opentelemetry/exporter-jaeger")).JaegerExporter({
          endpoint: "http://127.0.0.1:14268/api/traces",
        });
  const provider = new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
  provider.register({ propagator: new B3Propagator() });
}

async function instrumented(name) {
  await openTelemetry(name);
  const { registerInstrumentations } = await import("@opentelemetry/instrumentation");
  const { HttpInstrumentation } = await import("@opentelemetry/instrumentation-http");
  registerInstrumentations({ instrumentations: [new HttpInstrumentation()] });
}

const STARTS = {
  api: () => import("@opentelemetry/api"),
  sdk: () => import("@opentelemetry/sdk-trace-node"),
  "core zipkin": async () => initialised(await import("@meshtrace/core"), "zipkin"),
  "core jaeger": async () => initialised(await import("@meshtrace/core"), "jaeger"),
  both: async () => {
    initialised(await import("@meshtrace/core"), "zipkin");
    await import("@meshtrace/http-middleware");
  },
  zipkin: () => openTelemetry("zipkin"),
  jaeger: () => openTelemetry("jaeger"),
  "instrumented zipkin": () => instrumented("zipkin"),
  "instrumented jaeger": () => instrumented("jaeger"),
};

answering.answer({
  /** Microseconds of CPU. */
  async measure() {
    const before = answering.cpu();
    await STARTS[variant]();
    // What a start defers to the first turn of the event loop is part of it.
    await new Promise((resolve) => setImmediate(resolve));
    return answering.cpu() - before;
  },
});
