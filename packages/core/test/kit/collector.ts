/**
 * A collector for the tests, whose answers the test decides, also those that no real one would
 * give.
 */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer, type ServerOptions } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { gunzipSync } from "node:zlib";
import { onTestFinished } from "vitest";

export interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  /** Unzipped. */
  readonly body: Buffer;
  /** Tells which requests came over one connection. */
  readonly port: number | undefined;
}

/**
 * How a request is answered: a status, a status with headers and body, or anything else by hand.
 */
export type Behaviour =
  | number
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string }
  | ((request: IncomingMessage, response: ServerResponse, received: Received) => void);

export interface Collector {
  /** The origin: `http://127.0.0.1:PORT`. */
  readonly origin: string;
  readonly requests: Received[];
  readonly server: Server;
}

/** One behaviour for each request, the last one for all others. Ends with the test. */
export async function collector(behaviours: Behaviour | readonly Behaviour[], tls?: ServerOptions): Promise<Collector> {
  const list = [behaviours].flat() as Behaviour[];
  const requests: Received[] = [];
  const listener = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const behaviour = list[Math.min(requests.length, list.length - 1)];
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const raw = Buffer.concat(chunks);
    const received = {
      method: request.method,
      url: request.url,
      headers: request.headers,
      body: request.headers["content-encoding"] === "gzip" ? gunzipSync(raw) : raw,
      port: request.socket.remotePort,
    };
    requests.push(received);
    if (typeof behaviour === "function") behaviour(request, response, received);
    else if (typeof behaviour === "number") response.writeHead(behaviour).end();
    else if (behaviour !== undefined) response.writeHead(behaviour.status, behaviour.headers).end(behaviour.body);
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { origin: `${tls === undefined ? "http" : "https"}://127.0.0.1:${port}`, requests, server };
}
