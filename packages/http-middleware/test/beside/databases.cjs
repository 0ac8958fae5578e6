/**
 * An app that uses pino, redis, ioredis and pg. Receives one request, prints its log lines and, at
 * last, the spans. The instrumentations of OpenTelemetry are preloaded.
 */
const http = require("node:http");
const { once } = require("node:events");
const { InMemorySpanExporter } = require("@opentelemetry/sdk-trace-node");
const { trace } = require("@opentelemetry/api");
const { initTracing } = require("@meshtrace/core");

const [mode, redisPort, postgresPort] = process.argv.slice(2);
const memory = new InMemorySpanExporter();
const tracing = initTracing({ serviceName: "test", exporter: memory, shutdown: false });
if (mode === "register") require("@meshtrace/http-middleware/register");
const { traceHandler } = require("@meshtrace/http-middleware");

const logger = require("pino")();
const { createClient } = require("redis");
const { Redis } = require("ioredis");
const { Pool } = require("pg");

async function main() {
  const redis = await createClient({ socket: { host: "127.0.0.1", port: Number(redisPort) } }).connect();
  const ioredis = new Redis(Number(redisPort), "127.0.0.1");
  await once(ioredis, "ready");
  const pool = new Pool({ host: "127.0.0.1", port: Number(postgresPort), user: "postgres", database: "postgres" });
  await pool.query("SELECT 'noon' AS time");
  await tracing.flush();
  memory.reset();

  const handler = async (_request, response) => {
    logger.info("received");
    await redis.set("time", "noon");
    const [cached, { rows }] = await Promise.all([
      ioredis.get("time"),
      pool.query("SELECT $1::text AS time", ["noon"]),
    ]);
    await trace.getTracer("app").startActiveSpan("work", async (span) => {
      logger.warn("worked");
      await redis.get("time");
      span.end();
    });
    response.end(`${cached} ${rows[0].time}`);
  };
  const server = http.createServer(mode === "register" ? handler : traceHandler(handler));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const headers = {
    "x-b3-traceid": "463ac35c9f6413ad48485a3953bb6124",
    "x-b3-spanid": "a2fb4a1d1a96d312",
    "x-b3-sampled": "1",
  };
  const { port } = server.address();
  const request = { port, host: "127.0.0.1", agent: false, headers, tracing: false };
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
  console.log(JSON.stringify({ text, spans }));
  process.exit();
}
main();
