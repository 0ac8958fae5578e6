/**
 * An app that uses pino, redis, ioredis and pg. Receives one request, prints its log lines and, at
 * last, the spans. The instrumentations of OpenTelemetry are preloaded.
 */
const { once } = require("node:events");
const { InMemorySpanExporter } = require("@opentelemetry/sdk-trace-node");
const { trace } = require("@opentelemetry/api");
const { initTracing } = require("@meshtrace/core");
const { askedOnce } = require("./asked-once.cjs");

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
  const listener = mode === "register" ? handler : traceHandler(handler);
  console.log(JSON.stringify(await askedOnce(listener, tracing, memory)));
  process.exit();
}
main();
