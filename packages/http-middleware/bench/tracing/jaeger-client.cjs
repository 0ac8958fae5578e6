// jaeger-client, archived in 2022: its tracer, B3 codec and HTTP sender with their defaults, in the
// handler that its users wrote, with the attributes that meshtrace sets.
const { AsyncLocalStorage } = require("node:async_hooks");
const { createRequire } = require("node:module");

const core = createRequire(require.resolve("../../../core/package.json"));
const { initTracer, opentracing, ZipkinB3TextMapCodec } = core("jaeger-client");
const { FORMAT_HTTP_HEADERS, Tags } = opentracing;

exports.start = (_exporter, endpoint) => {
  const tracer = initTracer(
    {
      serviceName: "bench",
      sampler: { type: "const", param: 1 },
      reporter: { collectorEndpoint: endpoint },
    },
    { shareRpcSpan: true },
  );
  const codec = new ZipkinB3TextMapCodec({ urlEncoding: true });
  tracer.registerExtractor(FORMAT_HTTP_HEADERS, codec);
  tracer.registerInjector(FORMAT_HTTP_HEADERS, codec);
  const storage = new AsyncLocalStorage();

  const handler = (work) => (request, response) => {
    const { headers, method, url, socket } = request;
    const query = url.indexOf("?");
    const span = tracer.startSpan(method, {
      childOf: tracer.extract(FORMAT_HTTP_HEADERS, headers),
      tags: {
        [Tags.SPAN_KIND]: Tags.SPAN_KIND_RPC_SERVER,
        "http.request.method": method,
        "url.path": query < 0 ? url : url.slice(0, query),
        "url.scheme": "http",
        "network.protocol.version": request.httpVersion,
        "user_agent.original": headers["user-agent"],
        "server.address": headers.host,
        "client.address": headers["x-forwarded-for"] ?? socket.remoteAddress,
        "network.peer.address": socket.remoteAddress,
        "network.peer.port": socket.remotePort,
        "guid:x-request-id": headers["x-request-id"],
      },
    });
    response.once("close", () => {
      span.setTag("http.response.status_code", response.statusCode);
      span.finish();
    });
    return storage.run(span, work, request, response);
  };

  return {
    handler,
    flush: () => new Promise((resolve) => tracer._reporter.flush(resolve)),
  };
};
