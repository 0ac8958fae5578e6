/**
 * The lifecycle on Node's own requests and responses: http, https and the compatibility API of http2, which every
 * framework on Node hands out.
 */
import type { TextMapGetter } from "@opentelemetry/api";
import { routeOf } from "./adapters/express-route.js";
import type { Arrival } from "./arrival.js";
import { type Exchange, receive } from "./exchange.js";
import type { ServerOptions } from "./options.js";

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** What is read of a request. */
export interface NodeRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly httpVersion: string;
  readonly headers: Headers;
  readonly socket: unknown;
  emit(event: string, ...given: never[]): unknown;
  listenerCount?(event: string): number;
}

/** What is read of a response. */
export interface NodeResponse {
  readonly statusCode: number;
  readonly headersSent: boolean;
  readonly writableEnded: boolean;
  readonly writableFinished?: boolean;
  getHeader(name: string): string | number | readonly string[] | undefined;
  setHeader(name: string, value: string): unknown;
  emit(event: string, ...given: never[]): unknown;
  listenerCount?(event: string): number;
}

const HEADERS: TextMapGetter<Headers> = {
  get: (headers, name) => headers[name] as string | string[] | undefined,
  // Node has lowered the names: nothing to look for in another case.
  keys: () => [],
};

// On the request itself, or on its stream where there is no more: whoever comes second, an adapter behind the zero code for one, finds what the first began. A
// registered symbol, because the other may stand in the other build.
const EXCHANGE: unique symbol = Symbol.for("meshtrace.exchange.v1") as never;

/** The exchange that has begun for this request; `undefined` before. */
export function exchangeOf(request: object): Exchange | undefined {
  return (request as { [EXCHANGE]?: Exchange })[EXCHANGE];
}

/** Makes `exchangeOf` find it. */
export function keepExchange(request: object, exchange: unknown): void {
  (request as { [EXCHANGE]?: unknown })[EXCHANGE] = exchange;
}

/**
 * The exchange of a request, which ends when the response is done or the connection is gone. Called again for the same
 * request it is the same, with these options over those before.
 */
export function receiveNode<Request extends NodeRequest, Response extends NodeResponse>(
  request: Request,
  response: Response,
  options: ServerOptions<Request, Response>,
): Exchange<Request, Response> {
  const known = exchangeOf(request) as Exchange<Request, Response> | undefined;
  if (known !== undefined) {
    known.adopt(options, request);
    return known;
  }
  const exchange = receive(requestArrival(request), request, options);
  keepExchange(request, exchange);
  exchange.bind(request);
  // `close` comes once, after the last byte or when the connection breaks.
  exchange.bind(response, exchange.open ? () => end(exchange, request, response) : undefined);
  exchange.announce((name, value) => response.setHeader(name, value));
  return exchange;
}

// absolute-form = scheme "://" [ userinfo "@" ] host [ ":" port ] ...; its host stands over the header's (RFC 9112, section 3.2.2).
const ABSOLUTE = /^[a-z][a-z\d+.-]*:\/\/(?:[^/?#]*@)?([^/?#]+)/i;

/** The request as it arrived. */
export function requestArrival(request: NodeRequest): Arrival<Headers> {
  const { method = "GET", url = "/", httpVersion, headers, socket } = request;
  const host = (url.startsWith("/") ? undefined : ABSOLUTE.exec(url)?.[1]) ?? headers["host"] ?? headers[":authority"];
  return {
    method,
    target: url,
    scheme: (socket as { encrypted?: boolean } | null)?.encrypted === true ? "https" : "http",
    host: typeof host === "string" ? host : undefined,
    version: httpVersion,
    headers,
    getter: HEADERS,
  };
}

function end<Request extends NodeRequest, Response extends NodeResponse>(
  exchange: Exchange<Request, Response>,
  request: Request,
  response: Response,
): void {
  exchange.route ??= routeOf(request);
  exchange.end(request, response, {
    status: response.headersSent ? response.statusCode : undefined,
    complete: response.headersSent ? response.writableFinished === true : upgraded(request),
    header: (name) => headerText(response.getHeader(name)),
  });
}

/** An upgrade hands the living socket on: no response is ever written, and that is no failure. */
function upgraded({ headers, socket }: NodeRequest): boolean {
  return headers["upgrade"] !== undefined && (socket as { destroyed?: boolean } | null)?.destroyed === false;
}

function headerText(value: string | number | readonly string[] | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}
