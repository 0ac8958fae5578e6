import { createServer } from "node:http";
import { tracedFetch, traceHandler } from "@meshtrace/http-middleware";

/** Answers requests with the text of the time service. Calls `work` inside each request. */
export function listen(work = () => {}) {
  const server = createServer(
    traceHandler(async (_request, response) => {
      work();
      const reply = await tracedFetch(process.env.TIME_SERVICE_URL);
      response.end(await reply.text());
    }),
  );
  server.listen(process.env.PORT, () => console.log(JSON.stringify({ listening: server.address().port })));
}
