/**
 * An interceptor for undici 6 to 8. Compose it first: interceptors that are composed later and
 * repeat requests (redirect, retry) then call it for each of them.
 *
 * https://undici.nodejs.org/#/docs/api/Dispatcher?id=dispatchercomposeinterceptors-interceptor
 */
import { CallChain } from "../call-chain.js";
import { copyHeaders } from "../dispatcher/dispatched-headers.js";
import { isStream } from "../dispatcher/is-stream.js";
import { UNDICI_OVERLAP } from "../dispatcher/single-headers.js";
import { type Handler, tracedHandler } from "../dispatcher/traced-handler.js";
import { callerContext, dispatchUnlistened, listen } from "../dispatcher/undici-channels.js";
import { addressOf } from "../http-request.js";
import { type CallTracing, type ClientOptions, callOptions, checkClientOptions } from "../options.js";

/**
 * `tracing` of one request, among undici's own options. Undici's types do not have the name.
 *
 * @example
 * await request(url, { dispatcher, tracing: false } as RequestOptions & UndiciCallOptions);
 */
export interface UndiciCallOptions {
  /** `false` turns tracing off for this call; an object sets options. */
  readonly tracing?: CallTracing;
}

/** What is read of a request's options. */
interface DispatchOptions extends UndiciCallOptions {
  readonly origin?: string | URL;
  readonly path: string;
  readonly method: string;
  readonly headers?: object | null;
  readonly body?: unknown;
  readonly signal?: AbortSignal | null;
  readonly upgrade?: unknown;
}
type Dispatch = (options: DispatchOptions, handler: Handler) => boolean;

/** An interceptor for `dispatcher.compose()`, in the types of every version of undici. */
export interface UndiciInterceptor {
  /**
   * Wraps a dispatcher's `dispatch`.
   *
   * @typeParam Dispatching The type of undici's `dispatch`, which stays as it is.
   */
  <Dispatching extends (...args: never[]) => boolean>(dispatch: Dispatching): Dispatching;
}

/**
 * Returns an interceptor for `dispatcher.compose()`. Compose it first, so that it traces each
 * request of interceptors that follow redirects or retry.
 *
 * @throws TypeError for an unknown option or a wrong value.
 * @example
 * const dispatcher = new Agent().compose(undiciTracing(), interceptors.redirect());
 * await request("http://ratings:9080/ratings/1", { dispatcher });
 */
export function undiciTracing(options: ClientOptions = {}): UndiciInterceptor {
  checkClientOptions(options);
  return (dispatch) => tracedDispatch(dispatch as unknown as Dispatch, options) as unknown as typeof dispatch;
}

function tracedDispatch(dispatch: Dispatch, clientOptions: ClientOptions): Dispatch {
  // An interceptor that repeats a request passes the same handler again.
  const chains = new WeakMap<Handler, CallChain>();
  const listener = listen();
  return ({ tracing, ...options }, handler) => {
    const chosen = callOptions(clientOptions, tracing);
    if (chosen === undefined || options.upgrade) return dispatchUnlistened(options, (own) => dispatch(own, handler));
    const chain = chains.get(handler) ?? new CallChain(chosen, options.signal, callerContext(options));
    chains.set(handler, chain);
    // Without an origin, the dispatcher adds its own, which the created request has.
    const address = options.origin === undefined ? undefined : addressOf(options.origin, options.path);
    if (options.origin !== undefined && address === undefined) return dispatch(options, handler);
    const copy = copyHeaders(options.headers);
    const call = address && chain.start(options.method, address, copy.carrier);
    const dispatched = listener.prepare(chain, address, copy);
    dispatched.call = call;
    dispatched.sendsStream = isStream(options.body);
    UNDICI_OVERLAP.own();
    try {
      const traced = tracedHandler(handler, dispatched);
      return dispatchUnlistened({ ...options, headers: copy.headers }, (own) => dispatch(own, traced));
    } catch (error) {
      dispatched.call?.fail(error);
      dispatched.finish();
      throw error;
    }
  };
}
