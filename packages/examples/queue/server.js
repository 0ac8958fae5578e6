import { createServer } from "node:http";
import { initTracing } from "@meshtrace/core";
import { consume, produce } from "@meshtrace/core/messages";
import { tracedFetch, traceHandler } from "@meshtrace/http-middleware";

initTracing();

/** In place of a broker. Messages have headers, as those of Kafka, AMQP and NATS do. */
const queue = [];
const times = { system: "memory", destination: "times" };

const handler = traceHandler((_request, response) =>
  produce({}, times, (headers) => queue.push({ body: { response }, headers })),
);

async function answer({ body }) {
  try {
    const reply = await tracedFetch(process.env.TIME_SERVICE_URL);
    body.response.end(await reply.text());
  } catch (error) {
    body.response.writeHead(502).end();
    throw error;
  }
}

async function receive(message) {
  try {
    await consume(message, times, answer);
  } catch (error) {
    console.error(error.message);
  }
}

setInterval(() => queue.splice(0).forEach(receive), 20);

createServer(handler).listen(Number(process.env.PORT));
