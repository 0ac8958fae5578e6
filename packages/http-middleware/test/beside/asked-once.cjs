const http = require("node:http");
const { once } = require("node:events");

/** The headers of the request: those of a sidecar. */
const HEADERS = {
  "x-b3-traceid": "463ac35c9f6413ad48485a3953bb6124",
  "x-b3-spanid": "a2fb4a1d1a96d312",
  "x-b3-sampled": "1",
  "x-request-id": "ec219ebe-5bfd-918f-a8aa-ff14b5843aa7",
};

/** Serves one request, and returns the text of the answer and the spans. */
exports.askedOnce = async (listener, tracing, memory) => {
  const server = http.createServer(listener);
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address();
  const request = { port, host: "127.0.0.1", agent: false, headers: HEADERS, tracing: false };
  const [response] = await once(http.get(request), "response");
  let text = "";
  for await (const chunk of response.setEncoding("utf8")) text += chunk;
  await tracing.flush();
  const spans = memory.getFinishedSpans().map((span) => ({
    name: span.name,
    kind: span.kind,
    scope: span.instrumentationScope.name.replace(/^@opentelemetry\/instrumentation-/, ""),
    id: span.spanContext().spanId,
    parent: span.parentSpanContext?.spanId,
    traceId: span.spanContext().traceId,
  }));
  return { text, spans };
};
