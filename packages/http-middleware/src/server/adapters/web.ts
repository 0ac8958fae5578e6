/**
 * Handlers from the web's `Request` to its `Response`, as route handlers of frameworks and of other runtimes have them.
 */
import { finished } from "node:stream";
import type { TextMapGetter } from "@opentelemetry/api";
import type { Arrival } from "../arrival.js";
import { type Exchange, receive } from "../exchange.js";
import { checkServerOptions, type ServerOptions } from "../options.js";

export type WebServerOptions = ServerOptions<Request, Response | undefined>;
export type WebExchange = Exchange<Request, Response | undefined>;

const HEADERS: TextMapGetter<Headers> = {
  get: (headers, name) => headers.get(name) ?? undefined,
  // The names of `Headers` match in any case.
  keys: () => [],
};

/**
 * `handler` with tracing around it. Further arguments are handed on. The span ends when the body of the response has been
 * read or is given up; what the handler throws or rejects with comes out unchanged. Throws `TypeError` for an unknown option.
 */
export function traceWebHandler<
  Incoming extends Request,
  More extends unknown[],
  Outgoing extends Response | undefined,
>(
  handler: (request: Incoming, ...more: More) => Outgoing | Promise<Outgoing>,
  options: WebServerOptions = {},
): (request: Incoming, ...more: More) => Promise<Outgoing> {
  checkServerOptions(options);
  return async (request, ...more) => {
    const exchange = receiveWeb(request, options);
    try {
      const response = await exchange.run(async () => handler(request, ...more));
      finishWeb(exchange, request, response);
      return response;
    } catch (error) {
      // Whoever called makes the answer of it: none was seen here.
      exchange.end(request, undefined, { complete: false, header: () => undefined });
      throw error;
    }
  };
}

/** Begins the exchange of a request. */
export function receiveWeb(request: Request, options: WebServerOptions): WebExchange {
  const url = new URL(request.url);
  const arrival: Arrival<Headers> = {
    method: request.method,
    target: url.pathname + url.search,
    scheme: url.protocol === "https:" ? "https" : "http",
    host: url.host,
    headers: request.headers,
    getter: HEADERS,
  };
  return receive(arrival as Arrival, request, options);
}

/** Ends the exchange with the body of its response; names the trace in the response where it still can be. */
export function finishWeb(exchange: WebExchange, request: Request, response: Response | undefined): void {
  if (response === undefined) {
    exchange.end(request, response, { complete: true, header: () => undefined });
    return;
  }
  exchange.announce((name, value) => {
    try {
      response.headers.set(name, value);
    } catch {
      // `Response.redirect()` and what fetch answered have headers that nobody may change.
    }
  });
  const end = (complete: boolean): void =>
    exchange.end(request, response, {
      status: response.status,
      complete,
      header: (name) => response.headers.get(name) ?? undefined,
    });
  if (response.body === null || !exchange.open) end(true);
  // Node tells the end of a web stream without a reader of ours, so the response stays what it is.
  else finished(response.body as unknown as NodeJS.ReadableStream, { writable: false }, (error) => end(!error));
}

/** `options` for an exchange of Node's, whose hooks get the web's Request, and its Response as it is at the end. */
export function withWebHooks(
  { spanName, ignore, onRequest, onResponse, ...others }: WebServerOptions,
  request: Request,
  response: () => Response | undefined,
): ServerOptions {
  return {
    ...others,
    ...(spanName && { spanName: () => spanName(request) }),
    ...(ignore && { ignore: () => ignore(request) }),
    ...(onRequest && { onRequest: (span) => onRequest(span, request) }),
    ...(onResponse && { onResponse: (span) => onResponse(span, request, response()) }),
  };
}
