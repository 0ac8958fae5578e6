/** A service whose requests are answered by a consumer: it publishes them over NATS to itself. */
import { createServer } from "node:http";
import { initTracing } from "@meshtrace/core";
import { consume, injectMessage, produce } from "@meshtrace/core/messages";
import { tracedFetch, traceHandler } from "@meshtrace/http-middleware";
import { connect, headers as natsHeaders } from "nats";

const tracing = initTracing();
const { HOST = "127.0.0.1", PORT = "0", TIME_SERVICE_URL, NATS_URL } = process.env;
const connection = await connect({ servers: NATS_URL });
const times = { system: "nats", destination: "times" };

connection.subscribe("times", {
  callback: (_error, message) =>
    consume(message, times, async () => {
      const reply = await tracedFetch(`${TIME_SERVICE_URL}/gettime`);
      message.respond(await reply.text(), { headers: injectMessage(natsHeaders()) });
    }),
});

const handler = traceHandler(async (_request, response) => {
  const answer = await produce(natsHeaders(), times, (headers) =>
    connection.request("times", "which time", { headers, timeout: 10_000 }),
  );
  response.end(answer.string());
});
const server = createServer(handler).listen(Number(PORT), HOST, () =>
  console.log(JSON.stringify({ listening: server.address().port })),
);
process.once("SIGTERM", async () => {
  await connection.close();
  await tracing.shutdown();
  process.exit(0);
});
