/**
 * node:http, https and the compatibility API of http2; and connect-style middleware (Express 4 and 5, Nest, restify, Polka).
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { exchangeOf, type NodeRequest, type NodeResponse, receiveNode } from "../node-exchange.js";
import { checkServerOptions, type ServerOptions } from "../options.js";
import { watchRoute } from "./express-route.js";

/**
 * `handler` with tracing around it, for `http.createServer` and its like. What it returns, throws or rejects with comes
 * out unchanged. Throws `TypeError` for an unknown option.
 */
export function traceHandler<
  Result,
  Request extends NodeRequest = IncomingMessage,
  Response extends NodeResponse = ServerResponse,
>(
  handler: (request: Request, response: Response) => Result,
  options: ServerOptions<Request, Response> = {},
): (request: Request, response: Response) => Result {
  checkServerOptions(options);
  return function traced(this: unknown, request, response) {
    return receiveNode(request, response, options).run(() => handler.call(this, request, response));
  };
}

/** Connect-style middleware; place it before the routes. Throws `TypeError` for an unknown option. */
export function tracingMiddleware(
  options: ServerOptions = {},
): (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void {
  checkServerOptions(options);
  return function tracing(request, response, next) {
    const exchange = receiveNode(request, response, options);
    if (exchange.open) watchRoute(request);
    exchange.run(next);
  };
}

/**
 * Connect-style middleware for errors; place it behind the routes. A framework that catches what handlers throw shows it to
 * nobody else. Hands the error on, unchanged.
 */
export function tracingErrors(): (
  error: unknown,
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void {
  // Express tells handlers of errors by their four parameters.
  return (error, request, _response, next) => {
    exchangeOf(request)?.fail(error);
    next(error);
  };
}
