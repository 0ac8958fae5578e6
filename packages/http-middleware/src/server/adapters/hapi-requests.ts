/**
 * hapi's own class of requests, through which every request passes: also those of `server.inject`,
 * which have no listener.
 */

import type { IncomingMessage, ServerResponse } from "node:http";
import { types } from "node:util";
import { exchangeOfRequest, receiveNode } from "../node-exchange.js";
import type { ServerOptions } from "../options.js";

/** The members of hapi's request that are read. */
export interface HapiRequest {
  /** Node's objects. */
  readonly raw: {
    /** Node's request. */
    readonly req: IncomingMessage;
    /** Node's response. */
    readonly res?: ServerResponse;
  };
  /** The route that answers. */
  readonly route: {
    /** Template of the route. */
    readonly path: string;
  };
  /** hapi's response, or the error that it answers. */
  readonly response: unknown;
}

type Method = (this: HapiRequest, ...args: unknown[]) => unknown;

/** The members of the class that are replaced; they are no public API. */
export interface HapiRequestPrototype {
  _execute?: Method;
  _setResponse?: Method;
}

/** Traces all requests of a class. A class of another shape stays as it is. */
export function traceHapiRequests(prototype: HapiRequestPrototype | undefined, options: ServerOptions): void {
  const { _execute: execute, _setResponse: setResponse } = prototype ?? {};
  if (prototype === undefined || typeof execute !== "function" || typeof setResponse !== "function") return;
  replace(prototype, "_execute", function (...args) {
    const { req, res } = this.raw;
    const known = exchangeOfRequest(req);
    const exchange = known ?? receiveNode(req, res as ServerResponse, options);
    exchange.readRouteFrom(this as HapiRequest, routeOfHapi);
    return known === undefined ? exchange.run(execute, this, ...args) : execute.apply(this, args);
  });
  replace(prototype, "_setResponse", function (response, ...args) {
    if (types.isNativeError(response)) exchangeOfRequest(this.raw.req)?.fail(response);
    return setResponse.call(this, response, ...args);
  });
}

/** hapi names its own "not found" and "bad path" by a path that no route has. */
export function routeOfHapi({ route }: HapiRequest): string | undefined {
  return /^\/(?!\{p\*\}$)/.test(route.path) ? route.path : undefined;
}

function replace(prototype: HapiRequestPrototype, name: keyof HapiRequestPrototype, value: Method): void {
  Object.defineProperty(prototype, name, { value, writable: true, configurable: true, enumerable: false });
}
