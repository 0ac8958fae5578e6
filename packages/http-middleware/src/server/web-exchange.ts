/** The lifecycle of a request of the web's shape, from its `Request` to its `Response`. */
import { finished } from "node:stream";
import type { TextMapGetter } from "@opentelemetry/api";
import type { Arrival } from "./arrival.js";
import { HTTP } from "./conventions.js";
import { Exchange } from "./exchange.js";
import type { ServerOptions } from "./options.js";
import type { Outcome } from "./outcome.js";
import { isListHeader } from "./response-headers.js";

/**
 * Options of handlers that get the web's Request. Hooks get its Response, or `undefined` where
 * there is none.
 */
export type WebServerOptions = ServerOptions<Request, Response | undefined>;
/** A request of the web's shape in progress. */
export type WebExchange = Exchange<Request, Response | undefined>;

const GETTER: TextMapGetter<Headers> = {
  get: (headers, name) => headers.get(name) ?? undefined,
  // `Headers` finds names in any case.
  keys: () => [],
};

/** Receives a request. */
export function receiveWeb(request: Request, options: WebServerOptions): WebExchange {
  const url = new URL(request.url);
  const arrival: Arrival<Headers> = {
    method: request.method,
    target: url.pathname + url.search,
    scheme: url.protocol === "https:" ? "https" : "http",
    host: url.host,
    headers: request.headers,
    getter: GETTER,
  };
  return new Exchange(HTTP, arrival, request, options);
}

/**
 * Ends the exchange with the body of its response. Names the trace in the response where its
 * headers can be changed.
 */
export function finishWeb(exchange: WebExchange, request: Request, response: Response | undefined): void {
  if (response === undefined) {
    exchange.end(request, response, new WebOutcome(response, true));
    return;
  }
  exchange.announce((name, value) => {
    try {
      if (isListHeader(name)) response.headers.append(name, value);
      else response.headers.set(name, value);
    } catch {
      // The headers of `Response.redirect()` and of a response from fetch cannot be changed.
    }
  });
  const end = (complete: boolean): void => exchange.end(request, response, new WebOutcome(response, complete));
  if (response.body === null || !exchange.open) end(true);
  // Node reports the end of a web stream without a reader, so the response stays unlocked.
  else finished(response.body as unknown as NodeJS.ReadableStream, { writable: false }, (error) => end(!error));
}

/** Ends the exchange of a request whose handler has thrown: its caller makes the response. */
export function failWeb(exchange: WebExchange, request: Request, error: unknown): void {
  exchange.fail(error);
  exchange.end(request, undefined, new WebOutcome(undefined, false));
}

class WebOutcome implements Outcome {
  readonly status: number | undefined;
  readonly complete: boolean;
  private readonly response: Response | undefined;

  constructor(response: Response | undefined, complete: boolean) {
    this.response = response;
    this.status = response?.status;
    this.complete = complete;
  }

  header(name: string): string | undefined {
    return this.response?.headers.get(name) ?? undefined;
  }
}

/**
 * Returns options for an exchange of Node whose hooks get the web's Request, and its Response at
 * the end.
 */
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
