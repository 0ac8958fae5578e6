/**
 * Errors that handlers of Express pass on. Its routes are read from each request.
 */
import { copySignature } from "../copy-signature.js";
import { exchangeOfRequest } from "../server/node-exchange.js";
import { whenLoaded } from "./loaded-modules.js";

// Express 4, and the router of Express 5.
const LAYER = /[\\/](?:express[\\/]lib[\\/]router|router[\\/]lib)[\\/]layer\.js$/;

type HandleError = (this: unknown, error: unknown, request: object, ...rest: unknown[]) => unknown;
interface Layer {
  handle_error?: HandleError;
  handleError?: HandleError;
}

/** Records the errors of every copy of Express that is loaded. */
export function traceExpress(): void {
  whenLoaded("express", LAYER, (exports) => {
    const { prototype } = exports as { readonly prototype: Layer };
    for (const name of ["handle_error", "handleError"] as const) {
      const original = prototype[name];
      if (original === undefined) continue;
      const handle: HandleError = function (error, request, ...rest) {
        // `next("route")` and `next("router")` are no errors.
        if (error !== "route" && error !== "router") exchangeOfRequest(request)?.fail(error);
        return original.call(this, error, request, ...rest);
      };
      prototype[name] = copySignature(handle, original);
    }
  });
}
