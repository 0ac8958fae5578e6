/**
 * node:http, https and the compatibility API of http2; and connect-style middleware (Express 4 and 5, Nest, restify, Polka).
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { checkServerOptions, type ServerOptions } from "../options.js";
import { bindEvents, finishOnClose, receive, run } from "./exchange.js";

/**
 * `handler` with tracing around it, for `http.createServer`. What it returns, throws or rejects with comes out
 * unchanged. Throws `TypeError` for an unknown option.
 */
export function traceHandler<Request extends IncomingMessage, Response extends ServerResponse, Result>(
  handler: (request: Request, response: Response) => Result,
  options: ServerOptions = {},
): (request: Request, response: Response) => Result {
  checkServerOptions(options);
  return function traced(this: unknown, request, response) {
    const exchange = receive(request, options);
    bindEvents(request, exchange);
    bindEvents(response, exchange);
    if (exchange.span !== undefined) finishOnClose(exchange.span, request, response, options);
    return run(exchange, () => handler.call(this, request, response));
  };
}

/** Connect-style middleware; place it before the routes. Throws `TypeError` for an unknown option. */
export function tracingMiddleware(
  options: ServerOptions = {},
): (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void {
  checkServerOptions(options);
  return function tracing(request, response, next) {
    const exchange = receive(request, options);
    bindEvents(request, exchange);
    bindEvents(response, exchange);
    if (exchange.span !== undefined) finishOnClose(exchange.span, request, response, options);
    run(exchange, next);
  };
}
