/**
 * A client without tracing, that can do what fetch will not: odd headers, pieces, broken
 * connections.
 */
import { once } from "node:events";
import { type ClientRequest, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { connect } from "node:net";
import type { Running } from "./service.js";

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Asking {
  readonly method?: string;
  readonly headers?: Record<string, string | string[]>;
  readonly body?: string | Buffer;
}

/** A request that is begun, and that the caller ends or breaks off. */
export function begin(
  { port, scheme }: Running,
  path: string,
  { method = "GET", headers = {} }: Asking = {},
): ClientRequest {
  const request = scheme === "https" ? httpsRequest : httpRequest;
  return request({ host: "127.0.0.1", port, path, method, headers, agent: false, rejectUnauthorized: false } as object);
}

/** The reply as a whole. */
export async function ask(running: Running, path: string, asking: Asking = {}): Promise<Reply> {
  const request = begin(running, path, asking);
  request.end(asking.body);
  const [response] = (await once(request, "response")) as [IncomingMessage];
  let text = "";
  for await (const chunk of response) text += chunk;
  return { status: response.statusCode ?? 0, headers: response.headers, text };
}

/** What the server sends back for bytes as they are, until it has ended the connection. */
export async function askRaw({ port }: Running, bytes: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.write(bytes);
  let text = "";
  for await (const chunk of socket) text += chunk;
  return text;
}
