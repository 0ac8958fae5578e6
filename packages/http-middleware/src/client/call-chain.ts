/**
 * The requests of one call of the app: the first, and those that follow redirects or retry it. Each
 * has its own span and its own decision whether its host receives headers.
 */
import { adapterTracing } from "@meshtrace/core/adapter";
import type { Context } from "@opentelemetry/api";
import { Call } from "./call.js";
import type { HeaderCarrier } from "./header-carrier.js";
import { HttpRequest, type RequestAddress } from "./http-request.js";
import type { ClientOptions } from "./options.js";
import { isRedirect } from "./redirect-status.js";
import { propagates } from "./targets.js";

export class CallChain {
  readonly #options: ClientOptions | undefined;
  readonly #signal: AbortSignal | undefined;
  /**
   * Later requests start in the callback of a socket or a timer, which may belong to another
   * request.
   */
  readonly context: Context;
  /** The call of an adapter above, which has made this chain so that its request is not traced. */
  above: Call | undefined;
  #count = 0;
  /** The latest request. */
  call: Call | undefined;

  /**
   * Without options, its requests are not traced and receive no headers. Default of `context`: the
   * active one.
   */
  constructor(options?: ClientOptions, signal?: AbortSignal | null, context?: Context) {
    this.context = context ?? adapterTracing().contexts.active();
    this.#options = options;
    this.#signal = signal ?? undefined;
  }

  get untraced(): boolean {
    return this.#options === undefined;
  }

  /**
   * Whether another request may belong to this chain: it is the first, or the latest response was a
   * redirect.
   */
  get expectsRequest(): boolean {
    return this.#count === 0 || isRedirect(this.call?.status);
  }

  /** Whether requests may carry headers to a host. */
  propagatesTo(host: string): boolean {
    return propagates(host, this.#options?.propagateTo ?? adapterTracing().propagateTo);
  }

  /** Counts a request that another adapter traces. */
  skip(): void {
    this.#count += 1;
  }

  /** Starts the next request and writes its headers to `headers`. Never throws. */
  start(method: string, address: RequestAddress, headers: HeaderCarrier): Call {
    const request = new HttpRequest(method, address, this.#count === 0 ? undefined : this.#count);
    this.#count += 1;
    this.call =
      this.#options === undefined
        ? Call.untraced(request)
        : Call.start(this.context, request, headers, this.#options, this.#signal);
    return this.call;
  }
}
