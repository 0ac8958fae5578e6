/** Koa 2 and 3: a middleware, placed first. The route is that of @koa/router. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { receiveNode } from "../node-exchange.js";
import { checkServerOptions, type ServerOptions } from "../options.js";

/** What is read of Koa's context. */
export interface KoaContext {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** Left behind by @koa/router: the template of the route that answered, prefixes included. */
  readonly _matchedRoute?: string | RegExp;
}

/**
 * A middleware that traces what comes after it. Errors go on to Koa's own handling, unchanged. Throws `TypeError` for an
 * unknown option.
 */
export function koaTracing(
  options: ServerOptions = {},
): (context: KoaContext, next: () => Promise<unknown>) => Promise<unknown> {
  checkServerOptions(options);
  return (context, next) => {
    const exchange = receiveNode(context.req, context.res, options);
    exchange.routeAtEnd = () => context._matchedRoute?.toString();
    return exchange.run(next);
  };
}
