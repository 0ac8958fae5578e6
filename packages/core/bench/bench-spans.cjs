// Spans to export: 512 ended ones with ten attributes of an HTTP call, of our tracer and of
// OpenTelemetry's SDK. MARK occurs once in each.
const { ROOT_CONTEXT, SpanKind, trace } = require("@opentelemetry/api");

const MARK = "GET /reviews/bench";
const COUNT = 512;
const RESOURCE = { "service.name": "bench.default", "process.pid": 7 };

/** Ended spans of our own tracer. */
function ownSpans() {
  const { localSampler, MeshSampler, TracerProvider } = require("./core-internals.cjs");
  const sampler = new MeshSampler(localSampler(), 10);
  return endedSpans((keep) => new TracerProvider({ resource: RESOURCE, sampler, processors: [keep] }));
}

/** Ended spans of OpenTelemetry's SDK. */
function sdkSpans() {
  const { resourceFromAttributes } = require("@opentelemetry/resources");
  const { NodeTracerProvider } = require("@opentelemetry/sdk-trace-node");
  return endedSpans(
    (keep) => new NodeTracerProvider({ resource: resourceFromAttributes(RESOURCE), spanProcessors: [keep] }),
  );
}

function endedSpans(providerOf) {
  const spans = [];
  const keep = {
    onStart() {},
    onEnd: (span) => spans.push(span),
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const tracer = providerOf(keep).getTracer("bench", "1.0");
  const parent = trace.setSpan(ROOT_CONTEXT, tracer.startSpan("parent"));
  for (let index = 0; index < COUNT; index += 1) {
    tracer.startSpan(MARK, { kind: SpanKind.CLIENT, attributes: attributes(index) }, parent).end();
  }
  return spans;
}

const attributes = (index) => ({
  "http.request.method": "GET",
  "url.full": `http://reviews:9080/reviews/${index}`,
  "url.scheme": "http",
  "server.address": "reviews.default.svc.cluster.local",
  "server.port": 9080,
  "http.response.status_code": 200,
  "network.protocol.version": "1.1",
  "network.peer.address": "10.96.14.3",
  "guid:x-request-id": `6f8a2d1e-4b1c-9a57-8f21-${String(index).padStart(12, "0")}`,
  "user_agent.original": "undici",
});

module.exports = { MARK, COUNT, ownSpans, sdkSpans, attributes };
