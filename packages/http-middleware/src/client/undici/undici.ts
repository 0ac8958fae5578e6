/**
 * undici 6 and 7: an interceptor. Those that repeat requests (redirect, retry) stand behind it, so that each of their
 * requests is a call of its own: `agent.compose(undiciTracing(), interceptors.redirect())`.
 */

import { Hops } from "../call-chain.js";
import { making } from "../call-context.js";
import { type CallTracing, type ClientOptions, callOptions, checkClientOptions } from "../options.js";
import { PairedHeaders, pairedList } from "../paired-headers.js";
import { listen, unheard, urlOf } from "./undici-channels.js";
import { type Handler, watch } from "./undici-handler.js";

/** What is read of a request's options. `tracing` stands beside undici's own. */
interface Asked {
  readonly origin?: string | URL;
  readonly path: string;
  readonly method: string;
  readonly headers?: object | null;
  readonly signal?: AbortSignal | null;
  readonly upgrade?: unknown;
  readonly tracing?: CallTracing;
}
type Dispatch = (asked: Asked, handler: Handler) => boolean;

/** An interceptor for `dispatcher.compose()`. Throws `TypeError` for an unknown option. */
export function undiciTracing(options: ClientOptions = {}) {
  checkClientOptions(options);
  return <Dispatching extends (...given: never[]) => boolean>(dispatch: Dispatching): Dispatching =>
    over(dispatch as unknown as Dispatch, options) as unknown as Dispatching;
}

function over(dispatch: Dispatch, options: ClientOptions): Dispatch {
  // The interceptor behind which a request is repeated gives the same handler again.
  const repeated = new WeakMap<Handler, Hops>();
  let origin: string | undefined;
  return (given, handler) => {
    const { tracing: wanted, ...asked } = given;
    const chosen = callOptions(options, wanted);
    if (chosen === undefined || asked.upgrade) return unheard(() => dispatch(asked, handler));
    const hops = repeated.get(handler) ?? new Hops(chosen, asked.signal);
    repeated.set(handler, hops);
    const from = asked.origin ?? origin;
    if (from === undefined) {
      // A Client or a Pool, which alone knows its origin, and tells it with its first request.
      listen();
      const result = making(hops, () => dispatch(asked, handler));
      origin = hops.origin;
      return result;
    }
    const url = urlOf(from, asked.path);
    if (url === undefined) return dispatch(asked, handler);
    const headers = pairedList(asked.headers);
    const call = hops.send(asked.method, url, new PairedHeaders(headers));
    try {
      return unheard(() => dispatch({ ...asked, headers }, call.open ? watch(handler, call) : handler));
    } catch (error) {
      call.fail(error);
      throw error;
    }
  };
}
