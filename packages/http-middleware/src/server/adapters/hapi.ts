/**
 * hapi 21: a plugin. hapi has no middleware around its handlers, so the requests of its listener
 * are traced.
 */
import { types } from "node:util";
import { exchangeOfRequest } from "../node-exchange.js";
import type { ServerOptions } from "../options.js";
import { traceServer } from "./events.js";
import { type HapiRequest, type HapiRequestPrototype, routeOfHapi, traceHapiRequests } from "./hapi-requests.js";

export type { HapiRequest } from "./hapi-requests.js";

/** The members of hapi's server that the plugin uses. */
export interface HapiServer {
  /** Node's server. */
  readonly listener: object;
  /** Adds a function to the request's lifecycle. */
  ext(
    event: "onPreResponse",
    method: (request: HapiRequest, toolkit: { readonly continue: symbol }) => symbol,
  ): unknown;
}

/** Each server of hapi has its own class of requests. */
interface ServerCore {
  readonly _core?: { readonly Request?: { readonly prototype: HapiRequestPrototype } };
}

/**
 * Traces the requests of a server of hapi. The registration fails with a `TypeError` for an unknown
 * option or a wrong value.
 *
 * @example
 * const server = hapi.server({ port: 8080 });
 * await server.register({ plugin: hapiTracing, options: {} });
 */
export const hapiTracing = {
  /** Name of the plugin. */
  name: "@meshtrace/http-middleware",
  /** Called by hapi. Throws `TypeError` for an unknown option or a wrong value. */
  register(server: HapiServer, options: ServerOptions): void {
    traceServer(server.listener, options);
    // Requests of `server.inject` do not pass the listener.
    traceHapiRequests((server as ServerCore)._core?.Request?.prototype, options);
    server.ext("onPreResponse", (request, toolkit) => {
      const { raw, response } = request;
      const exchange = exchangeOfRequest(raw.req);
      exchange?.readRouteFrom(request, routeOfHapi);
      if (types.isNativeError(response)) exchange?.fail(response);
      return toolkit.continue;
    });
  },
};
