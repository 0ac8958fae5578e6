/** Koa 2 and 3: a middleware that reads the route of @koa/router. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { receiveNode } from "../node-exchange.js";
import { checkServerOptions, type ServerOptions } from "../options.js";

/** The members of Koa's context that are read. */
export interface KoaContext {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** Set by @koa/router: the template of the route that answered, prefixes included. */
  readonly _matchedRoute?: string | RegExp | undefined;
}

/**
 * Returns a middleware that traces the middleware after it; use it first. Errors reach Koa's own handling unchanged. Throws
 * `TypeError` for an unknown option or a wrong value.
 */
export function koaTracing(
  options: ServerOptions = {},
): (context: KoaContext, next: () => Promise<unknown>) => Promise<unknown> {
  checkServerOptions(options);
  return (context, next) => {
    const exchange = receiveNode(context.req, context.res, options);
    if (!exchange.open) return exchange.run(next);
    exchange.readRouteFrom(context, matchedRoute);
    return exchange.run(next).then(undefined, (error) => {
      exchange.fail(error);
      throw error;
    });
  };
}

function matchedRoute({ _matchedRoute }: KoaContext): string | undefined {
  return _matchedRoute?.toString();
}
