/** Koa 2 and 3: a middleware that reads the route of @koa/router. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { receiveNode } from "../node-exchange.js";
import { checkServerOptions, type ServerOptions } from "../options.js";
import { type RoutedByKoa, readRouteOfKoa } from "./koa-route.js";

/** The members of Koa's context that are read. */
export interface KoaContext extends RoutedByKoa {
  /** Node's request. */
  readonly req: IncomingMessage;
  /** Node's response. */
  readonly res: ServerResponse;
}

/**
 * Returns a middleware that traces the middleware after it; use it first. Errors reach Koa's own
 * handling unchanged.
 *
 * @throws TypeError for an unknown option or a wrong value.
 * @example
 * const app = new Koa();
 * app.use(koaTracing());
 */
export function koaTracing(
  options: ServerOptions = {},
): (context: KoaContext, next: () => Promise<unknown>) => Promise<unknown> {
  checkServerOptions(options);
  return (context, next) => {
    const exchange = receiveNode(context.req, context.res, options);
    if (!exchange.open) return exchange.run(next);
    readRouteOfKoa(exchange, context);
    return exchange.run(next).then(undefined, (error) => {
      exchange.fail(error);
      throw error;
    });
  };
}
