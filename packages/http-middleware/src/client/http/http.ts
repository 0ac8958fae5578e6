/**
 * http.request and https.request, and the libraries that use them (axios, got, node-fetch,
 * superagent): as modules with the same members, or in place of Node's own.
 */
import http, { type ClientRequest } from "node:http";
import https from "node:https";
import { syncBuiltinESMExports } from "node:module";
import { copySignature } from "../../copy-signature.js";
import { type ClientOptions, checkClientOptions } from "../options.js";
import type { ResponseCallback, TracedRequestOptions } from "./request-arguments.js";
import { tracedRequest } from "./traced-request.js";

export type { TracedRequestOptions } from "./request-arguments.js";

type HttpModule = Pick<typeof http, "request" | "get"> & { readonly globalAgent?: object };
type Request = (...args: unknown[]) => ClientRequest;

/** `request` and `get` with `tracing` among the options of their module. */
export interface TracedFunction<Options> {
  (options: (Options & TracedRequestOptions) | string | URL, callback?: ResponseCallback): ClientRequest;
  (url: string | URL, options: Options & TracedRequestOptions, callback?: ResponseCallback): ClientRequest;
}

/** The options of a module's `request(url, options)`: those of `node:https` have more members. */
type OptionsOf<Module extends HttpModule> = Extract<Parameters<Module["request"]>[1], object>;

/** A module with traced calls. */
export type Traced<Module extends HttpModule> = Module & {
  /** Makes a traced request. */
  readonly request: TracedFunction<OptionsOf<Module>>;
  /** Makes a traced GET request. */
  readonly get: TracedFunction<OptionsOf<Module>>;
};

// The ESM and the CommonJS build both find the function below a traced one, so that no call is
// traced twice.
const NATIVE: unique symbol = Symbol.for("meshtrace.native-request.v1") as never;
const nativeOf = (request: unknown): Request => (request as { [NATIVE]?: Request })[NATIVE] ?? (request as Request);

function tracedFunctions(
  native: () => Request,
  module: HttpModule,
  options: ClientOptions,
): Pick<typeof http, "request" | "get"> {
  const protocol = (module.globalAgent as { protocol?: string } | undefined)?.protocol ?? "http:";
  const request: Request = (...args) => tracedRequest(native(), protocol, args, options);
  const get: Request = (...args) => {
    const made = request(...args);
    // `end` of follow-redirects returns nothing.
    made.end();
    return made;
  };
  Object.defineProperty(request, NATIVE, { value: native() });
  return { request: copySignature(request, module.request), get: copySignature(get, module.get) } as never;
}

function traced<Module extends HttpModule>(module: Module, options: ClientOptions = {}): Traced<Module> {
  checkClientOptions(options);
  const functions = tracedFunctions(() => nativeOf(module.request), module, options);
  const copy = Object.defineProperties({}, Object.getOwnPropertyDescriptors(module));
  return Object.assign(copy, functions) as Traced<Module>;
}

/**
 * `node:http` with traced calls. `from(module, options?)` does the same to another module of its
 * kind.
 *
 * @throws TypeError `from`, for an unknown option or a wrong value.
 * @example
 * tracedHttp.get("http://ratings:9080/", (response) => response.pipe(process.stdout));
 * @example
 * const calls = tracedHttp.from(http, { captureQuery: true });
 */
export const tracedHttp = Object.assign(traced(http), {
  /** Returns the same functions with options. */
  from: traced,
});

/**
 * `node:https` with traced calls.
 *
 * @example
 * tracedHttps.get("https://example.com/", (response) => response.pipe(process.stdout));
 */
export const tracedHttps = traced(https);

/**
 * Replaces http.request, http.get, https.request and https.get by traced functions, also for
 * modules that imported them by name. Returns a function that undoes this.
 *
 * @throws TypeError for an unknown option or a wrong value.
 * @example
 * const undo = instrumentHttp({ propagateTo: ["ratings", /\.svc\.cluster\.local$/] });
 * http.get("http://ratings:9080/ratings/1", (response) => response.pipe(process.stdout));
 */
export function instrumentHttp(options: ClientOptions = {}): () => void {
  checkClientOptions(options);
  const undoEach = [http, https].map((module) => {
    const before = { request: module.request, get: module.get };
    const native = nativeOf(before.request);
    const functions = tracedFunctions(() => native, module, options);
    Object.assign(module, functions);
    return () => {
      if (module.request === functions.request) Object.assign(module, before);
    };
  });
  syncBuiltinESMExports();
  return () => {
    for (const undo of undoEach) undo();
    syncBuiltinESMExports();
  };
}
