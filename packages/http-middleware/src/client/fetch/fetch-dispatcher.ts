/**
 * The dispatcher that a traced call of Node's own fetch uses: fetch hands it each request, the
 * first and those of redirects, in the context of the app. A pool that is busy starts them later
 * and elsewhere.
 *
 * https://undici.nodejs.org/#/docs/api/Dispatcher
 */
import { CallChain } from "../call-chain.js";
import { copyHeaders } from "../dispatcher/dispatched-headers.js";
import { isStream } from "../dispatcher/is-stream.js";
import { keepHeadersSingle, UNDICI_OVERLAP } from "../dispatcher/single-headers.js";
import { type Handler, isNewHandler, tracedHandler } from "../dispatcher/traced-handler.js";
import { listen } from "../dispatcher/undici-channels.js";
import { addressOf, type RequestAddress } from "../http-request.js";
import { PlainHeaders } from "../plain-headers.js";
import { SingleRequest } from "./single-request.js";

/** What fetch asks its dispatcher for. */
interface DispatchOptions {
  readonly origin: string | URL;
  readonly path: string;
  readonly method: string;
  /** Made for this request. */
  readonly headers: Record<string, unknown>;
  readonly body?: unknown;
  readonly upgrade?: unknown;
}

export interface Dispatcher {
  dispatch(options: DispatchOptions, handler: Handler): boolean;
  /** Set by undici's MockAgent. Fetch then hands it the body as the caller passed it. */
  readonly isMockActive?: boolean;
}

// Undici 6 and 7, and undici 8.
const OLD_GLOBAL: unique symbol = Symbol.for("undici.globalDispatcher.1") as never;
const NEW_GLOBAL: unique symbol = Symbol.for("undici.globalDispatcher.2") as never;
const shared = globalThis as { readonly [OLD_GLOBAL]?: Dispatcher; readonly [NEW_GLOBAL]?: Dispatcher };

/**
 * Returns whether this realm knows fetch's own dispatcher. A sandbox, such as Jest's, may not.
 * Loads Node's undici.
 */
export function hasGlobalDispatcher(): boolean {
  return (shared[OLD_GLOBAL] ?? (globalThis.Response && shared[OLD_GLOBAL])) !== undefined;
}

/** Returns the dispatchers that are set for this process. Loads nothing. */
export function globalDispatchers(): Dispatcher[] {
  return [shared[OLD_GLOBAL], shared[NEW_GLOBAL]].filter((dispatcher) => dispatcher !== undefined);
}

/** Traces the requests that fetch makes, over `dispatcher` or fetch's own. */
export class FetchDispatcher extends CallChain implements Dispatcher {
  #dispatcher: Dispatcher | undefined;

  /**
   * Sets the dispatcher that the caller passes to fetch. Default: the global one at each request.
   */
  over(dispatcher: Dispatcher): void {
    this.#dispatcher = dispatcher;
  }

  get isMockActive(): boolean {
    return (this.#dispatcher ?? shared[OLD_GLOBAL])?.isMockActive ?? shared[NEW_GLOBAL]?.isMockActive ?? false;
  }

  dispatch(options: DispatchOptions, handler: Handler): boolean {
    const dispatcher = this.#dispatcher ?? globalDispatcher(handler);
    const address = addressOf(options.origin, options.path);
    if (options.upgrade || address === undefined) return dispatcher.dispatch(options, handler);
    if (!isPlainAgent(dispatcher) && dispatcher.isMockActive !== true) {
      return this.#dispatchOver(dispatcher, options, handler, address);
    }
    const call = this.start(options.method, address, new PlainHeaders(options.headers));
    call.sendsStream = isStream(options.body);
    keepHeadersSingle();
    UNDICI_OVERLAP.own();
    if (!call.open) return dispatcher.dispatch(options, handler);
    try {
      return dispatcher.dispatch(options, tracedHandler(handler, new SingleRequest(call, options)));
    } catch (error) {
      call.fail(error);
      throw error;
    }
  }

  /** A dispatcher of the app may follow redirects, and repeat requests. */
  #dispatchOver(dispatcher: Dispatcher, options: DispatchOptions, handler: Handler, address: RequestAddress): boolean {
    const copy = copyHeaders(options.headers);
    const call = this.start(options.method, address, copy.carrier);
    const dispatched = listen().prepare(this, address, copy);
    dispatched.call = call;
    dispatched.sendsStream = isStream(options.body);
    try {
      return dispatcher.dispatch(
        { ...options, headers: copy.headers } as DispatchOptions,
        tracedHandler(handler, dispatched),
      );
    } catch (error) {
      call.fail(error);
      dispatched.finish();
      throw error;
    }
  }
}

/** Whether it is an Agent that no interceptor was composed with. It makes one request of each. */
function isPlainAgent(dispatcher: Dispatcher): boolean {
  const prototype = Object.getPrototypeOf(dispatcher) as Partial<Dispatcher> | null;
  return prototype?.constructor.name === "Agent" && dispatcher.dispatch === prototype.dispatch;
}

/** Node's fetch uses the dispatcher of its own undici, which its handler tells. */
function globalDispatcher(handler: Handler): Dispatcher {
  const dispatcher = isNewHandler(handler) ? (shared[NEW_GLOBAL] ?? shared[OLD_GLOBAL]) : shared[OLD_GLOBAL];
  return dispatcher as Dispatcher;
}
