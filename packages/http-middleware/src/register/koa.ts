/**
 * Routes and errors of Koa.
 */
import type { KoaContext } from "../server/adapters/koa.js";
import { readRouteOfKoa } from "../server/adapters/koa-route.js";
import { exchangeOfRequest } from "../server/node-exchange.js";
import { whenLoaded } from "./loaded-modules.js";

const APPLICATION = /[\\/]koa[\\/]lib[\\/]application\.js$/;

interface Application {
  handleRequest(this: unknown, context: KoaContext, middleware: Middleware): unknown;
}
type Middleware = (context: KoaContext) => unknown;

/** Traces the requests of every copy of Koa that is loaded. */
export function traceKoa(): void {
  whenLoaded("koa", APPLICATION, (exports) => {
    const { prototype } = exports as { readonly prototype: Application };
    const { handleRequest } = prototype;
    if (typeof handleRequest !== "function") return;
    const value: Application["handleRequest"] = function (context, middleware) {
      const exchange = exchangeOfRequest(context.req);
      if (exchange === undefined || !exchange.open) return handleRequest.call(this, context, middleware);
      readRouteOfKoa(exchange, context);
      return handleRequest.call(this, context, (own) => exchange.runHandler(middleware, undefined, own));
    };
    Object.defineProperty(prototype, "handleRequest", { value, writable: true, configurable: true, enumerable: false });
  });
}
