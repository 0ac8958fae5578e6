// One start under test: what importing and initialising costs a process that has just begun. Arguments: the variant, and
// the file of core with the SDK built in.
import { pathToFileURL } from "node:url";
import answering from "../../../bench/answering.cjs";

const [variant, builtIn] = process.argv.slice(2);

const initialised = ({ initTracing }) => initTracing({ serviceName: "bench" });

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
  core: async () => initialised(await import("@meshtrace/core")),
  "built in": async () => initialised(await import(pathToFileURL(builtIn))),
  both: async () => {
    initialised(await import("@meshtrace/core"));
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
    return answering.cpu() - before;
  },
});
