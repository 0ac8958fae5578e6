import { createServer } from "node:http";
import { initTracing, JaegerExporter, MeshSampler } from "@meshtrace/core";
import { SharedSpanIdGenerator } from "@meshtrace/core/sdk";
import { tracedFetch, traceHandler } from "@meshtrace/http-middleware";
import { BatchSpanProcessor, ConsoleSpanExporter, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";

const exporter = process.env.OTEL_TRACES_EXPORTER === "console" ? new ConsoleSpanExporter() : new JaegerExporter();
const tracerProvider = new NodeTracerProvider({
  idGenerator: new SharedSpanIdGenerator(),
  sampler: new MeshSampler(),
  spanProcessors: [new BatchSpanProcessor(exporter)],
});
initTracing({ tracerProvider });

const handler = traceHandler(async (_request, response) => {
  const reply = await tracedFetch(process.env.TIME_SERVICE_URL);
  response.end(await reply.text());
});
createServer(handler).listen(Number(process.env.PORT));
