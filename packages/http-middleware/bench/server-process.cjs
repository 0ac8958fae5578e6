// One server under test. Arguments: the app, the tracing, the exporter, the collector's URL.
const { answer } = require("../../../bench/answering.cjs");

const [app, tracing, exporter, endpoint] = process.argv.slice(2);
// Tracing comes first: instrumentations patch what is loaded after them.
const started = require(`./tracing/${tracing}.cjs`).start(exporter, endpoint);
const ready = Promise.resolve(require(`./apps/${app}.cjs`).server(started, new URL("/", endpoint)));

answer({
  async port() {
    const server = await ready;
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    return server.address().port;
  },
  flush: () => started.flush(),
  /** What meshtrace counts. */
  report: () => started.report(),
  residentMemory: () => process.memoryUsage.rss(),
});
