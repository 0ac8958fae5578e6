/**
 * fetch with a CLIENT span for each hop.
 */

import { Hops } from "../call-chain.js";
import { making, untraced } from "../call-context.js";
import { endWithBody } from "../end-with-body.js";
import { type CallTracing, type ClientOptions, callOptions, checkClientOptions } from "../options.js";
import { listen } from "../undici/undici-channels.js";
import { followRedirects } from "./follow-redirects.js";

export type Fetch = typeof globalThis.fetch;
type Input = Parameters<Fetch>[0];

/** What `fetch` takes, and `tracing` for this call: `false` makes it as if tracing were not there. */
export interface TracedInit extends RequestInit {
  readonly tracing?: CallTracing;
}

export interface TracedFetch {
  (input: Input, init?: TracedInit): Promise<Response>;
  /**
   * The same over another fetch (undici's, node-fetch), or with options. Throws `TypeError` for an unknown option.
   * Node's own fetch follows redirects itself; another one is asked for each hop, with `redirect: "manual"`.
   */
  from<Other extends Callable>(fetch: Other, options?: ClientOptions): TracedFetch & Other;
}

// biome-ignore lint/suspicious/noExplicitAny: whatever a fetch takes and returns.
type Callable = (input: any, init?: any) => Promise<any>;

// Node's own shows whose channels it publishes to; one that is wrapped or faked is asked for each hop.
const nodes = /\bundici\b/.test(String(globalThis.fetch)) ? globalThis.fetch : undefined;

/**
 * `fetch` over the global one, looked up at each call. The Response is fetch's own, and so are its errors. A span ends when
 * the body was received, is cancelled or breaks off; a body that nobody begins to read within 5 s ends it as well, with the
 * time of the response's head.
 */
export const tracedFetch: TracedFetch = over((input, init) => globalThis.fetch(input, init), {}, true);

function over(fetch: Fetch, options: ClientOptions, global: boolean): TracedFetch {
  const traced = (input: Input, init?: TracedInit): Promise<Response> => {
    let wanted: ClientOptions | undefined;
    try {
      wanted = callOptions(options, init?.tracing);
    } catch (error) {
      return Promise.reject(error);
    }
    if (wanted === undefined) return untraced(() => fetch(input, init));
    const native = fetch === nodes || (global && globalThis.fetch === nodes);
    return native ? throughChannels(fetch, input, init, wanted) : followRedirects(fetch, input, init, wanted);
  };
  return Object.assign(traced, {
    from: (other: Fetch, more: ClientOptions = {}) => over(other, checkClientOptions(more), false),
  }) as TracedFetch;
}

function throughChannels(
  fetch: Fetch,
  input: Input,
  init: TracedInit | undefined,
  options: ClientOptions,
): Promise<Response> {
  listen();
  const hops = new Hops(options, init?.signal ?? (input as Partial<Request> | null)?.signal);
  const response = making(hops, () => fetch(input, init));
  // The caller's promise goes back as it is; a branch of it is watched.
  response.then(
    ({ body }) => {
      if (hops.call !== undefined) endWithBody(body, hops.call);
    },
    (error) => hops.call?.fail(error),
  );
  return response;
}
