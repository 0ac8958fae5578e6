import { createServer } from "node:http";
import { tracedFetch, traceHandler } from "@meshtrace/http-middleware";

/** Returns a server that answers with the time of another service. */
export const makeApp = (timeServiceUrl) =>
  createServer(
    traceHandler(async (_request, response) => {
      const reply = await tracedFetch(timeServiceUrl);
      response.end(await reply.text());
    }),
  );
