/**
 * Routes and errors of hapi, and the requests of `server.inject`.
 */
import { type HapiRequestPrototype, traceHapiRequests } from "../server/adapters/hapi-requests.js";
import { whenLoaded } from "./loaded-modules.js";

const REQUEST = /[\\/]@hapi[\\/]hapi[\\/]lib[\\/]request\.js$/;

/** Traces the requests of every copy of hapi that is loaded. */
export function traceHapi(): void {
  whenLoaded("@hapi/hapi", REQUEST, (exports) => {
    traceHapiRequests((exports as { readonly prototype: HapiRequestPrototype }).prototype, {});
  });
}
