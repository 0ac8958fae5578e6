// meshtrace, with its defaults.
const { initTracing } = require("@meshtrace/core");
const { tracedFetch, traceHandler, tracingMiddleware } = require("@meshtrace/http-middleware");

exports.start = (exporter, endpoint) => {
  const tracing = initTracing({ serviceName: "bench", exporter, endpoint });
  return {
    handler: traceHandler,
    express: tracingMiddleware,
    // Each is loaded only by the app that uses it.
    get koa() {
      return require("@meshtrace/http-middleware/koa").koaTracing;
    },
    get fastify() {
      return require("@meshtrace/http-middleware/fastify").fastifyTracing;
    },
    get hono() {
      return require("@meshtrace/http-middleware/hono").honoTracing;
    },
    fetch: tracedFetch,
    flush: () => tracing.flush(),
    report: () => tracing.report(),
  };
};
