/**
 * Calls of undici, and so of Node's own fetch, through the diagnostics channels that both publish,
 * for zero-code instrumentation: each request of a redirect is seen.
 *
 * https://undici.nodejs.org/#/docs/api/DiagnosticsChannel
 */
import { subscribe } from "node:diagnostics_channel";
import { adapterTracing } from "@meshtrace/core/adapter";
import type { Context } from "@opentelemetry/api";
import type { PeerSocket } from "../../network-peer.js";
import { Call } from "../call.js";
import { CallChain } from "../call-chain.js";
import { callChainOf, untraced, withCallChain } from "../call-context.js";
import type { RequestAddress } from "../http-request.js";
import { addressOf } from "../http-request.js";
import type { ClientOptions } from "../options.js";
import { findHeader, PairedHeaders } from "../paired-headers.js";
import { connectHttp2, onConnection } from "./connections.js";
import type { CopiedHeaders } from "./dispatched-headers.js";
import { DispatchedRequest, REQUEST_KEY, type UndiciRequest } from "./dispatched-request.js";
import { isStream } from "./is-stream.js";
import { keepHeadersSingle, UNDICI_OVERLAP } from "./single-headers.js";

interface Messages {
  readonly request: UndiciRequest;
  readonly response: { readonly statusCode: number; readonly headers: readonly unknown[] };
  readonly error: unknown;
}

/** What is read of the options of `dispatch`. */
export type DispatchOptions = object | null | undefined;

// On the options, because undici's handlers and interceptors copy these for each request of a
// redirect and each retry.
const CHAIN: unique symbol = Symbol.for("meshtrace.undici-call.v1") as never;
type Stamped = DispatchOptions & { readonly [CHAIN]?: CallChain };

/** The listener of this process, whichever build of this package (ESM or CommonJS) comes first. */
class Listener {
  /** The options of calls that no other adapter traces. Without them, such calls are not traced. */
  everything: ClientOptions | undefined;
  /** Called when a copy of undici reports a request whose `dispatch` was not traced. */
  unknownCopy: (() => void) | undefined;
  /** The call whose request undici is about to create. */
  #starting: CallChain | undefined;
  readonly #calls = new WeakMap<UndiciRequest, Call | DispatchedRequest>();
  /** The calls of adapters above undici, by the request that each of them makes. */
  readonly #above = new WeakMap<UndiciRequest, Call>();
  /** Requests of adapters that are in progress, by the key among their headers. */
  readonly #dispatched = new Map<string, DispatchedRequest>();
  #lastKey = 0;

  /**
   * Calls `start` with options that carry the app's call through queues, redirects and retries. The
   * outermost dispatcher takes the context, and those below it find the call on the options.
   */
  dispatch<Result>(options: DispatchOptions, start: (stamped: DispatchOptions) => Result): Result {
    const { everything } = this;
    // undici refuses what is no object. The members of a class would not survive the copy.
    if (everything === undefined || !isPlainObject(options)) return start(options);
    let stamped: Stamped = options;
    if (stamped[CHAIN] === undefined) {
      const traced = (options as { readonly tracing?: unknown }).tracing !== false;
      const chain = callChainOf(adapterTracing().contexts.active()) ?? new CallChain(traced ? everything : undefined);
      stamped = { ...options, [CHAIN]: chain };
    }
    const before = this.#starting;
    this.#starting = stamped[CHAIN];
    try {
      return start(stamped);
    } finally {
      this.#starting = before;
    }
  }

  /** Prepares a request of `chain` that the caller passes to a dispatcher with these headers. */
  prepare(chain: CallChain, address: RequestAddress | undefined, headers: CopiedHeaders): DispatchedRequest {
    this.#lastKey += 1;
    const key = String(this.#lastKey);
    const dispatched = new DispatchedRequest(chain, address, headers, () => this.#dispatched.delete(key));
    this.#dispatched.set(key, dispatched);
    headers.setKey(key);
    return dispatched;
  }

  create(request: UndiciRequest): void {
    let chain = this.#starting;
    this.#starting = undefined;
    const dispatched = this.#dispatched.size === 0 ? undefined : this.#takeKey(request.headers);
    if (dispatched !== undefined) {
      dispatched.create(request);
      this.#calls.set(request, dispatched);
      return;
    }
    // A tunnel belongs to the proxy, and no channel reports the end of an upgrade.
    if (request.method === "CONNECT" || request.upgrade) return;
    if (chain === undefined) {
      this.unknownCopy?.();
      chain = callChainOf(adapterTracing().contexts.active()) ?? (this.everything && new CallChain(this.everything));
      if (chain === undefined) return;
    }
    const address = addressOf(request.origin, request.path);
    if (address === undefined) return;
    const call = chain.start(request.method, address, new PairedHeaders(request.headers));
    call.sendsStream = isStream(request.body);
    this.#calls.set(request, call);
    const { above } = chain;
    if (above?.isFor(request.method, address.target)) this.#above.set(request, above);
    if (call.open || above?.open) UNDICI_OVERLAP.own();
  }

  /** Whether an adapter has written the headers of the request. */
  knows(request: UndiciRequest): boolean {
    return this.#calls.has(request);
  }

  connect(request: UndiciRequest, socket: PeerSocket, version: string): void {
    (this.#above.get(request) ?? this.#calls.get(request))?.connect(socket, version);
  }

  respond(request: UndiciRequest, status: number, headers: readonly unknown[]): void {
    const call = this.#calls.get(request);
    // The handler of a dispatched request looks for its connection.
    if (call instanceof Call) connectHttp2(call.open ? call : this.#above.get(request));
    call?.respond(status, headers, findHeader);
  }

  end(request: UndiciRequest): void {
    const call = this.#calls.get(request);
    // The handler of a dispatched request reports its end.
    if (!(call instanceof DispatchedRequest)) call?.end();
  }

  fail(request: UndiciRequest, error: unknown): void {
    const call = this.#calls.get(request);
    if (call instanceof DispatchedRequest) call.fail(error);
    else call?.failOrAbort(error);
  }

  #takeKey(headers: unknown[]): DispatchedRequest | undefined {
    for (let index = headers.length - 2; index >= 0; index -= 2) {
      if (headers[index] !== REQUEST_KEY) continue;
      const key = String(headers[index + 1]);
      headers.splice(index, 2);
      return this.#dispatched.get(key);
    }
    return undefined;
  }
}

const LISTENER: unique symbol = Symbol.for("meshtrace.undici-channels.v1") as never;
const shared = globalThis as { [LISTENER]?: Listener };

/** Subscribes to the channels, once in a process. Returns the same object at each call. */
export function listen(): Listener {
  shared[LISTENER] ??= subscribeTo(new Listener());
  return shared[LISTENER];
}

/**
 * Returns the context in which the app made the call that the options belong to. An interceptor of
 * the app may run it later, in another one.
 */
export function callerContext(options: DispatchOptions): Context | undefined {
  return (options as Stamped)?.[CHAIN]?.context;
}

/** Calls `dispatch` with options whose one request belongs to `chain`. */
function dispatchFor<Options extends object, Result>(
  chain: CallChain,
  options: Options,
  dispatch: (options: Options) => Result,
): Result {
  const stamped = shared[LISTENER]?.everything === undefined ? options : { ...options, [CHAIN]: chain };
  return withCallChain(chain, () => dispatch(stamped));
}

/** Calls `dispatch` with options whose one request is traced by the caller, or is not traced. */
export function dispatchUnlistened<Options extends object, Result>(
  options: Options,
  dispatch: (options: Options) => Result,
): Result {
  return shared[LISTENER]?.everything === undefined
    ? dispatch(options)
    : dispatchFor(new CallChain(), options, dispatch);
}

/** Runs `work`, whose one request is traced by the caller, or is not traced. */
export function unlistened<Result>(work: () => Result): Result {
  return shared[LISTENER]?.everything === undefined ? work() : untraced(work);
}

function subscribeTo(listener: Listener): Listener {
  keepHeadersSingle((request) => listener.knows(request as UndiciRequest));
  on("create", ({ request }) => listener.create(request));
  onConnection((request, socket, version) => listener.connect(request, socket, version));
  on("headers", ({ request, response }) => listener.respond(request, response.statusCode, response.headers));
  on("trailers", ({ request }) => listener.end(request));
  on("error", ({ request, error }) => listener.fail(request, error));
  return listener;
}

function isPlainObject(value: DispatchOptions): value is object {
  if (value === null || typeof value !== "object") return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function on(name: string, listener: (message: Messages) => void): void {
  subscribe(`undici:request:${name}`, (message) => listener(message as Messages));
}
