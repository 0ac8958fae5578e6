/**
 * A call from its first request to its last: redirects and repetitions are hops, each with a span and a decision of its own.
 */

import { adapterTracing } from "@meshtrace/core/adapter";
import type { Context } from "@opentelemetry/api";
import { HTTP_CAPTURED, methodName } from "../http-conventions.js";
import { clientAttributes } from "./attributes.js";
import { Call } from "./call.js";
import type { ClientOptions, OutgoingRequest } from "./options.js";
import { begin, type Conventions, type HeaderCarrier } from "./start-call.js";

const HTTP: Conventions<OutgoingRequest> = {
  hosts: ({ url }) => [url.hostname],
  spanName: ({ method }) => methodName(method),
  attributes: clientAttributes,
  captured: HTTP_CAPTURED.request,
};

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

export class Hops {
  readonly #options: ClientOptions | undefined;
  readonly #signal: AbortSignal | undefined;
  // Later hops start where a socket or a timer runs, which may be another request's place.
  readonly #context: Context = adapterTracing().contexts.active();
  #asked: URL | undefined;
  #count = 0;
  #call: Call | undefined;

  /** Without options: hops that are traced by who makes them, or shall not be; nothing is written onto them. */
  constructor(options?: ClientOptions, signal?: AbortSignal | null) {
    this.#options = options;
    this.#signal = signal ?? undefined;
  }

  get untraced(): boolean {
    return this.#options === undefined;
  }

  /** The hop that is on its way, or was the last. */
  get call(): Call | undefined {
    return this.#call;
  }

  /** Whether another request may be the next hop: it is the first, or the last was answered with a redirect. */
  get waiting(): boolean {
    return this.#count === 0 || REDIRECTS.has(this.#call?.status ?? 0);
  }

  /** A hop of which nothing more will be told. */
  pass(): void {
    this.#count += 1;
  }

  /** The origin of the first hop. */
  get origin(): string | undefined {
    return this.#asked?.origin;
  }

  /**
   * Starts the span of the next hop and writes the headers onto `headers`; a host that is no target gets none, and not
   * even those of ours that stand there already. Never throws.
   */
  send(method: string, url: URL, headers: HeaderCarrier): Call {
    const request = this.#count === 0 ? { method, url } : { method, url, resend: this.#count };
    this.#asked ??= url;
    this.#count += 1;
    const span = this.#options && begin(HTTP, this.#context, request, headers, this.#options);
    this.#call = new Call(span, request, this.#options ?? {}, this.#signal);
    return this.#call;
  }
}
