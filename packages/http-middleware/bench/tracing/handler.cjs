// meshtrace with traceHandler alone around the framework: the base that each adapter is compared
// with.
const { start } = require("./meshtrace.cjs");

exports.start = (exporter, endpoint) => {
  const { handler, flush } = start(exporter, endpoint);
  return { listener: handler, flush };
};
