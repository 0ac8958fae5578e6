/**
 * An interceptor for undici 6 to 8. Compose it first: interceptors that repeat requests (redirect,
 * retry) then stand behind it, and each of their requests has its own span.
 *
 * https://undici.nodejs.org/#/docs/api/Dispatcher?id=dispatchercomposeinterceptors-interceptor
 */
import { isStream } from "../call.js";
import { CallChain } from "../call-chain.js";
import type { HeaderCarrier } from "../header-carrier.js";
import { addressOf } from "../http-request.js";
import { type CallTracing, type ClientOptions, callOptions, checkClientOptions } from "../options.js";
import { PairedHeaders, pairedList } from "../paired-headers.js";
import { PlainHeaders } from "../plain-headers.js";
import { keepHeadersSingle, UNDICI_OVERLAP } from "./single-headers.js";
import { type Handler, tracedHandler } from "./traced-handler.js";
import { callerContext, dispatchFor, dispatchUnlistened, listen } from "./undici-channels.js";

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
 * Returns an interceptor for `dispatcher.compose()`. Throws `TypeError` for unknown options and
 * wrong values.
 *
 * @example
 * const dispatcher = new Agent().compose(undiciTracing(), interceptors.redirect());
 */
export function undiciTracing(options: ClientOptions = {}): UndiciInterceptor {
  checkClientOptions(options);
  keepHeadersSingle();
  return (dispatch) => tracedDispatch(dispatch as unknown as Dispatch, options) as unknown as typeof dispatch;
}

function tracedDispatch(dispatch: Dispatch, clientOptions: ClientOptions): Dispatch {
  // An interceptor that repeats a request passes the same handler again.
  const chains = new WeakMap<Handler, CallChain>();
  let knownOrigin: string | undefined;
  return ({ tracing, ...options }, handler) => {
    const chosen = callOptions(clientOptions, tracing);
    if (chosen === undefined || options.upgrade) return dispatchUnlistened(options, (own) => dispatch(own, handler));
    const chain = chains.get(handler) ?? new CallChain(chosen, options.signal, callerContext(options));
    chains.set(handler, chain);
    const origin = options.origin ?? knownOrigin;
    if (origin === undefined) {
      // Only the Client or Pool knows its origin. Its first request tells it through the channels.
      listen();
      const result = dispatchFor(chain, options, (own) => dispatch(own, handler));
      knownOrigin = chain.origin;
      return result;
    }
    const address = addressOf(origin, options.path);
    if (address === undefined) return dispatch(options, handler);
    UNDICI_OVERLAP.own();
    const [headers, carrier] = copyOf(options.headers);
    const call = chain.start(options.method, address, carrier);
    call.sendsStream = isStream(options.body);
    try {
      const watched = call.open ? tracedHandler(handler, call) : handler;
      return dispatchUnlistened({ ...options, headers }, (own) => dispatch(own, watched));
    } catch (error) {
      call.fail(error);
      throw error;
    }
  };
}

/** A copy of a request's headers in a form that undici takes, and the carrier that writes to it. */
function copyOf(headers: object | null | undefined): [object, HeaderCarrier] {
  if (headers === null || headers === undefined || !(Symbol.iterator in headers)) {
    const copy = { ...headers };
    return [copy, new PlainHeaders(copy)];
  }
  const list = pairedList(headers);
  return [list, new PairedHeaders(list)];
}
