import { createServer } from "node:http";
import { initTracing } from "@meshtrace/core";
import { tracedFetch, traceHandler } from "@meshtrace/http-middleware";

initTracing();

const server = createServer(
  traceHandler(async (_request, response) => {
    const reply = await tracedFetch(process.env.TIME_SERVICE_URL);
    response.end(await reply.text());
  }),
);
server.listen(process.env.PORT, () => console.log(JSON.stringify({ listening: server.address().port })));
