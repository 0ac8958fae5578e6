/**
 * The server under load, without tracing or with it. Prints its state each second as a line of
 * JSON. Argument: `bare` or `traced`.
 */
import { createServer } from "node:http";
import { monitorEventLoopDelay } from "node:perf_hooks";

const traced = process.argv[2] === "traced";
// Planted faults, for the proof that the soak finds them.
const plant = process.env.SOAK_PLANT;
const leaked = [];
let tracing;
let wrap = (handler) => handler;
if (traced) {
  const { initTracing } = await import("../../packages/core/dist/esm/index.js");
  const { traceHandler } = await import("../../packages/http-middleware/dist/esm/index.js");
  // Warnings about the collector are expected.
  tracing = initTracing({
    serviceName: "soak",
    exporter: "zipkin",
    sampler: "always_on",
    logLevel: "none",
    shutdown: false,
  });
  wrap = traceHandler;
}
process.on("unhandledRejection", () => {});

const handler = async (request, response) => {
  if (plant === "leak") leaked.push(Buffer.alloc(20_000).toString("latin1"));
  switch (request.url) {
    case "/reject":
      response.writeHead(500).end();
      throw new Error("rejected on purpose");
    case "/never":
      return;
    default:
      await null;
      response.end("ok");
  }
};

const server = createServer(wrap(handler)).listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
const delay = monitorEventLoopDelay({ resolution: 10 });
delay.enable();

function state() {
  globalThis.gc();
  const { started = 0, ended = 0, exported = 0, failed = 0, dropped = 0, queued = 0 } = tracing?.report() ?? {};
  const line = {
    spans: { started, ended: plant === "miscount" ? ended + 1 : ended, exported, failed, dropped, queued },
    heapMiB: process.memoryUsage().heapUsed / 2 ** 20,
    handles: process.getActiveResourcesInfo().length,
    delayMs: delay.mean / 1e6,
  };
  delay.reset();
  return line;
}

const timer = setInterval(() => process.send(state()), 1000);
process.on("message", async () => {
  clearInterval(timer);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await new Promise((resolve) => setTimeout(resolve, 500));
  await tracing?.shutdown();
  process.send({ last: state() }, () => process.exit());
});
