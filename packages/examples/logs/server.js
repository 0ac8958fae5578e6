import { createServer } from "node:http";
import { initTracing } from "@meshtrace/core";
import { pinoMixin } from "@meshtrace/core/logs";
import { tracedFetch, traceHandler } from "@meshtrace/http-middleware";
import pino from "pino";

initTracing();
const logger = pino({ mixin: pinoMixin() });

const handler = async (request, response) => {
  logger.info({ path: request.url }, "received");
  const reply = await tracedFetch(process.env.TIME_SERVICE_URL);
  logger.info({ status: reply.status }, "asked for the time");
  response.end(await reply.text());
};
createServer(traceHandler(handler)).listen(Number(process.env.PORT));
