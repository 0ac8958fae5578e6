/** hapi 21: a plugin. hapi lets nothing around its handlers, so the requests of its listener are traced. */
import type { IncomingMessage } from "node:http";
import { exchangeOfRequest } from "../node-exchange.js";
import type { ServerOptions } from "../options.js";
import { traceServer } from "./events.js";

/** What is read of hapi's request and server. */
export interface HapiRequest {
  readonly raw: { readonly req: IncomingMessage };
  readonly route: { readonly path: string };
  readonly response: unknown;
}
export interface HapiServer {
  readonly listener: object;
  ext(
    event: "onPreResponse",
    method: (request: HapiRequest, toolkit: { readonly continue: symbol }) => symbol,
  ): unknown;
}

/** `await server.register({ plugin: hapiTracing, options })`. An unknown option makes the registration fail with a `TypeError`. */
export const hapiTracing = {
  name: "@meshtrace/http-middleware",
  register(server: HapiServer, options: ServerOptions): void {
    traceServer(server.listener, options);
    server.ext("onPreResponse", ({ raw, route, response }, toolkit) => {
      const exchange = exchangeOfRequest(raw.req);
      // hapi names its own "not found" and "bad path" by methods that no route has.
      if (exchange !== undefined && /^\/(?!\{p\*\}$)/.test(route.path)) exchange.route = route.path;
      if (response instanceof Error) exchange?.fail(response);
      return toolkit.continue;
    });
  },
};
