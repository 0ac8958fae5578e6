/**
 * fetch with a CLIENT span for each request.
 */
import { copySignature } from "../../copy-signature.js";
import { unlistened } from "../dispatcher/undici-channels.js";
import { type CallTracing, type ClientOptions, callOptions, checkClientOptions } from "../options.js";
import { hasGlobalDispatcher } from "./fetch-dispatcher.js";
import { followRedirects } from "./follow-redirects.js";
import { nativeFetch } from "./native-fetch.js";

export type Fetch = typeof globalThis.fetch;
type Input = Parameters<Fetch>[0];

/**
 * The options of `fetch`, and `tracing` for this call. `tracing: false` makes the call as if
 * tracing were not installed.
 */
export interface TracedInit extends RequestInit {
  /** `false` turns tracing off for this call; an object sets options. */
  readonly tracing?: CallTracing;
}

/** `fetch` with tracing: the same arguments, result and errors. */
export interface TracedFetch {
  (input: Input, init?: TracedInit): Promise<Response>;
  /**
   * Wraps another fetch (undici's, node-fetch), or sets options. Throws `TypeError` for unknown
   * options and wrong values. Node's own fetch follows redirects itself; another one is called for
   * each request, with `redirect: "manual"`.
   */
  from<Other extends AnyFetch>(fetch: Other, options?: ClientOptions): TracedFetch & Other;
}

// biome-ignore lint/suspicious/noExplicitAny: a fetch of another library has types of its own.
type AnyFetch = (input: any, init?: any) => Promise<any>;

// Node's own fetch names undici in its text. One that is wrapped or faked is called for each
// request.
const native = /\bundici\b/.test(String(globalThis.fetch)) ? globalThis.fetch : undefined;

/**
 * Calls the global `fetch`, which is looked up at each call, with a CLIENT span for each request.
 * Resolves with fetch's own Response, and rejects with its errors. The span ends when the body has
 * been received, is cancelled or breaks off. A body that no one begins to read within 5 s ends it
 * with the time of the response's head. Wrong options of `tracing` reject with a `TypeError`.
 *
 * @example
 * const response = await tracedFetch("http://ratings:9080/ratings/1");
 */
export const tracedFetch: TracedFetch = traced((input, init) => globalThis.fetch(input, init), {}, true);

function traced(fetch: Fetch, options: ClientOptions, global: boolean): TracedFetch {
  const call = (input: Input, init?: TracedInit): Promise<Response> => {
    let chosen: ClientOptions | undefined;
    try {
      chosen = callOptions(options, init?.tracing);
    } catch (error) {
      return Promise.reject(error);
    }
    if (chosen === undefined) return unlistened(() => fetch(input, init));
    // A Request may have a dispatcher of its own that cannot be read.
    const isNative = (fetch === native || (global && globalThis.fetch === native)) && !isRequest(input);
    if (!isNative || !hasGlobalDispatcher()) return followRedirects(fetch, input, init, chosen);
    return nativeFetch(fetch, input, init, chosen);
  };
  return Object.assign(copySignature(call, global ? globalThis.fetch : fetch), {
    from: (other: Fetch, more: ClientOptions = {}) => traced(other, checkClientOptions(more), false),
  }) as TracedFetch;
}

function isRequest(input: Input): input is Request {
  return typeof input === "object" && input !== null && "url" in input;
}
