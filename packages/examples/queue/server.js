import { createServer } from "node:http";
import { forwardHeaders, initTracing } from "@meshtrace/core";
import { tracedFetch, traceHandler } from "@meshtrace/http-middleware";
import { context, SpanKind } from "@opentelemetry/api";

const { tracer, propagator } = initTracing();

/** In place of a broker. Messages have headers, as those of Kafka, AMQP and NATS do. */
const queue = [];

function produce(body) {
  return tracer.startActiveSpan("publish times", { kind: SpanKind.PRODUCER }, (span) => {
    queue.push({ body, headers: forwardHeaders(context.active()) });
    span.end();
  });
}

async function consume({ body, headers }) {
  const caller = propagator.extract(context.active(), headers);
  await tracer.startActiveSpan("process times", { kind: SpanKind.CONSUMER }, caller, async (span) => {
    try {
      const reply = await tracedFetch(process.env.TIME_SERVICE_URL);
      body.response.end(await reply.text());
    } catch (error) {
      span.recordException(error);
      body.response.writeHead(502).end();
    } finally {
      span.end();
    }
  });
}

setInterval(() => queue.splice(0).forEach(consume), 20);

const handler = traceHandler((_request, response) => produce({ response }));
createServer(handler).listen(Number(process.env.PORT));
