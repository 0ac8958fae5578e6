// Exports whose types are inferred from our functions: a library that emits its declarations must
// be able to name each of them.
import { createServer } from "node:http";
import {
  ConsoleExporter,
  extractTraceContext,
  forwardHeaders,
  initTracing,
  JaegerExporter,
  MeshPropagator,
  MeshSampler,
  prometheusText,
  requestId,
  splitShared,
  type TracingOptions,
  ZipkinExporter,
} from "@meshtrace/core";
import { SharedSpanIdGenerator, shareSpans } from "@meshtrace/core/sdk";
import {
  tracedFetch,
  traceHandler,
  traceServer,
  traceStream,
  traceUpgrade,
  tracingErrors,
  tracingMiddleware,
} from "@meshtrace/http-middleware";
import { instrumentHttp, tracedHttp, tracedHttps } from "@meshtrace/http-middleware/http";
import { traceWebHandler } from "@meshtrace/http-middleware/web";
import { ROOT_CONTEXT } from "@opentelemetry/api";

type Spans = Parameters<ZipkinExporter["export"]>[0];
type Exporter = Parameters<typeof splitShared>[0];
type Processor = NonNullable<TracingOptions["spanProcessors"]>[number];

export const tracing = initTracing();
export const { tracer, propagator, config } = tracing;
export const report = tracing.report();
export const { exporters, requests } = report;
export const flushed = tracing.flush();
export const text = prometheusText(report);
export const extracted = extractTraceContext({});
export const id = requestId(ROOT_CONTEXT);
export const forwarded = forwardHeaders(ROOT_CONTEXT);
export const mesh = new MeshPropagator();
export const sampler = new MeshSampler();
export const sampled = (...args: Parameters<MeshSampler["shouldSample"]>) => sampler.shouldSample(...args);
export const zipkin = new ZipkinExporter({ serviceName: "a" });
export const jaeger = new JaegerExporter({ serviceName: "a" });
export const printed = new ConsoleExporter();
export const split = (exporter: Exporter) => splitShared(exporter);
export const first = (spans: Spans) => spans.map((span) => ({ ...span, events: [...span.events] }));
export const event = (spans: Spans) => spans[0]?.events[0];
export const resource = (spans: Spans) => spans[0]?.resource;
export const scope = (spans: Spans) => spans[0]?.instrumentationScope;
export const exported = (...[result]: Parameters<Parameters<ZipkinExporter["export"]>[1]>) => result;
export const started = (...[span]: Parameters<Processor["onStart"]>) => span;
export const shared = shareSpans;
export const ids = new SharedSpanIdGenerator();
export const handler = traceHandler((request, response) => response.end(request.url));
export const server = createServer(handler);
export const traced = traceServer(server);
export const functions = { traceStream, traceUpgrade, tracedFetch, traceServer, traceHandler };
export const middleware = [tracingMiddleware(), tracingErrors()];
export const request = tracedFetch("http://orders");
export const fetchFrom = tracedFetch.from(fetch);
export const http = [tracedHttp, tracedHttps, instrumentHttp] as const;
export const web = traceWebHandler(async () => new Response());
