/** A service for the tests: what is planted in its handlers differs. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { traceHandler } from "@meshtrace/http-middleware";

type Handler = (request: IncomingMessage, response: ServerResponse) => unknown;

export interface Running extends AsyncDisposable {
  readonly url: string;
}

/** Serves a handler behind our middleware. */
export const serve = (handler: Handler): Promise<Running> =>
  listen(createServer(traceHandler(handler, { spanName: ({ url }) => `GET ${url?.replace(/\d+/, ":id")}` })));

/** Serves a handler as it is. */
export const serveUntraced = (handler: Handler): Promise<Running> => listen(createServer(handler));

async function listen(server: Server): Promise<Running> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

export async function get(url: string, options?: { headers: Readonly<Record<string, string>> }): Promise<string> {
  const response = await fetch(url, options);
  return response.text();
}
