/**
 * node:http, https and the compatibility API of http2; and connect-style middleware for Express 4
 * and 5, Nest, restify and Polka.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { copySignature } from "../../copy-signature.js";
import { exchangeOfRequest, type NodeRequest, type NodeResponse, receiveNode } from "../node-exchange.js";
import { checkServerOptions, type ServerOptions } from "../options.js";

/**
 * Wraps a handler for `http.createServer` and its like. The result, an exception and a rejection of
 * the handler come out unchanged.
 *
 * @throws TypeError for an unknown option or a wrong value.
 * @example
 * const server = http.createServer(traceHandler((request, response) => response.end("hello")));
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
  // Connect-style handlers get more arguments.
  function traced(this: unknown, request: Request, response: Response, ...more: []): Result {
    return receiveNode(request, response, options).runHandler(handler, this, request, response, ...more);
  }
  return copySignature(traced, handler);
}

/**
 * Returns connect-style middleware; use it before the routes.
 *
 * @throws TypeError for an unknown option or a wrong value.
 * @example
 * const app = express();
 * app.use(tracingMiddleware());
 * app.get("/users/:id", (request, response) => response.send(request.params.id));
 */
export function tracingMiddleware(
  options: ServerOptions = {},
): (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void {
  checkServerOptions(options);
  return function tracing(request, response, next) {
    const exchange = receiveNode(request, response, options);
    exchange.run(next);
  };
}

/**
 * Returns connect-style middleware for errors; use it after the routes. A framework that catches
 * what handlers throw shows it only to such middleware. Passes the error on unchanged.
 *
 * @example
 * app.use(tracingMiddleware());
 * app.get("/", () => {
 *   throw new Error("no database");
 * });
 * app.use(tracingErrors());
 */
export function tracingErrors(): (
  error: unknown,
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void {
  // Express recognises handlers of errors by their four parameters.
  return (error, request, _response, next) => {
    exchangeOfRequest(request)?.fail(error);
    next(error);
  };
}
