// meshtrace, with its defaults.
const { initTracing } = require("@meshtrace/core");
const { traceHandler } = require("@meshtrace/http-middleware");

exports.start = (exporter, endpoint) => {
  const tracing = initTracing({ serviceName: "bench", exporter, endpoint });
  return { handler: traceHandler, flush: () => tracing.flush() };
};
