/**
 * http.request, https.request and what stands on them (axios, got, node-fetch, superagent): with the same members, or in
 * their place.
 */
import http, { type ClientRequest } from "node:http";
import https from "node:https";
import { syncBuiltinESMExports } from "node:module";
import { type ClientOptions, checkClientOptions } from "../options.js";
import { tracedRequest } from "./http-request.js";

type HttpModule = Pick<typeof http, "request" | "get"> & { readonly globalAgent?: object };
type Request = (...given: unknown[]) => ClientRequest;

// Known to the ESM and to the CommonJS build: whoever wraps finds what is below, so that no call is traced twice.
const NATIVE: unique symbol = Symbol.for("meshtrace.native-request.v1") as never;
const nativeOf = (request: unknown): Request => (request as { [NATIVE]?: Request })[NATIVE] ?? (request as Request);

function pair(native: () => Request, module: HttpModule, options: ClientOptions): Pick<typeof http, "request" | "get"> {
  const protocol = (module.globalAgent as { protocol?: string } | undefined)?.protocol ?? "http:";
  const request: Request = (...given) => tracedRequest(native(), protocol, given, options);
  const get: Request = (...given) => request(...given).end();
  return { request: Object.assign(request, { [NATIVE]: native() }), get } as never;
}

function traced<Module extends HttpModule>(module: Module, options: ClientOptions = {}): Module {
  checkClientOptions(options);
  const own = pair(() => nativeOf(module.request), module, options);
  return Object.assign(Object.defineProperties({}, Object.getOwnPropertyDescriptors(module)), own) as Module;
}

/** `node:http` with calls traced. `from(module, options)`: another module of its kind. Throws `TypeError` for an unknown option. */
export const tracedHttp = Object.assign(traced(http), { from: traced });

/** `node:https` with calls traced. */
export const tracedHttps = traced(https);

/**
 * Puts traced functions in the place of http.request, http.get, https.request and https.get, also for who imported them by
 * name. Returns the undo. Throws `TypeError` for an unknown option.
 */
export function instrumentHttp(options: ClientOptions = {}): () => void {
  checkClientOptions(options);
  const undo = [http, https].map((module) => {
    const before = { request: module.request, get: module.get };
    const native = nativeOf(before.request);
    const own = pair(() => native, module, options);
    Object.assign(module, own);
    return () => {
      if (module.request === own.request) Object.assign(module, before);
    };
  });
  syncBuiltinESMExports();
  return () => {
    for (const one of undo) one();
    syncBuiltinESMExports();
  };
}
