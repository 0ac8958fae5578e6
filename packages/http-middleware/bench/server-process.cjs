// One server under test. Arguments: the app, the tracing, the exporter, the collector's URL.
const { Session } = require("node:inspector/promises");
const { answer } = require("../../../bench/answering.cjs");

const [app, tracing, exporter, endpoint] = process.argv.slice(2);
// Tracing comes first: instrumentations patch what is loaded after them.
const started = require(`./tracing/${tracing}.cjs`).start(exporter, endpoint);
const ready = Promise.resolve(require(`./apps/${app}.cjs`).server(started, new URL("/", endpoint)));
let session;

answer({
  async port() {
    const server = await ready;
    // Connections stay open while other variants are measured.
    server.keepAliveTimeout = 0;
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    return server.address().port;
  },
  flush: () => started.flush(),
  /** meshtrace's own counters. */
  report: () => started.report(),
  residentMemory: () => process.memoryUsage.rss(),
  async startProfile() {
    session = new Session();
    session.connect();
    await session.post("Profiler.enable");
    await session.post("Profiler.setSamplingInterval", { interval: 200 });
    await session.post("Profiler.start");
  },
  stopProfile: async () => (await session.post("Profiler.stop")).profile,
});
