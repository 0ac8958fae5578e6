// meshtrace by traceHandler alone, around whatever framework listens: what each framework's own adapter is held against.
const { start } = require("./meshtrace.cjs");

exports.start = (exporter, endpoint) => {
  const { handler, flush } = start(exporter, endpoint);
  return { listener: handler, flush };
};
