/**
 * A call from its first request to its last: redirects and repetitions are hops, each with a span and a decision of its own.
 */

import { type AdapterTracing, adapterTracing } from "@meshtrace/core";
import { type Context, diag, type Span, SpanKind, type TextMapSetter, trace } from "@opentelemetry/api";
import { clientAttributes, methodName } from "../attributes.js";
import { propagates } from "../filters.js";
import { type ClientOptions, hook, type OutgoingRequest } from "../options.js";
import { Call } from "./call.js";

/** The headers of a request on their way out: `Headers`, or what an adapter makes of its client's. */
export interface HeaderCarrier {
  set(name: string, value: string): unknown;
  delete(name: string): unknown;
}

const SETTER: TextMapSetter<HeaderCarrier> = { set: (headers, name, value) => void headers.set(name, value) };

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

export class Hops {
  readonly #options: ClientOptions;
  readonly #signal: AbortSignal | undefined;
  // Later hops start where a socket or a timer runs, which may be another request's place.
  readonly #context = adapterTracing().contexts.active();
  #asked: URL | undefined;
  #count = 0;
  #call: Call | undefined;

  constructor(options: ClientOptions, signal?: AbortSignal | null) {
    this.#options = options;
    this.#signal = signal ?? undefined;
  }

  /** The hop that is on its way, or was the last. */
  get call(): Call | undefined {
    return this.#call;
  }

  /** Whether another request may be the next hop: it is the first, or the last was answered with a redirect. */
  get waiting(): boolean {
    return this.#call === undefined || REDIRECTS.has(this.#call.status ?? 0);
  }

  /** The origin of the first hop. */
  get origin(): string | undefined {
    return this.#asked?.origin;
  }

  /**
   * Starts the span of the next hop and writes the headers onto `headers`; a host that is no target gets none. Where a
   * redirect leads to such a host, it does not even get those that the caller put there for the first one. Never throws.
   */
  send(method: string, url: URL, headers: HeaderCarrier): Call {
    const tracing = adapterTracing();
    const active = this.#context;
    const request = this.#count === 0 ? { method, url } : { method, url, resend: this.#count };
    this.#asked ??= url;
    this.#count += 1;
    let span: Span | undefined;
    try {
      span = tracing.enabled && !this.#ignored(request) ? this.#start(tracing, active, request) : undefined;
      const context = span === undefined ? active : trace.setSpan(active, span);
      if (propagates(url.hostname, this.#options.propagateTo ?? tracing.propagateTo)) {
        tracing.propagator.inject(context, headers, SETTER);
      } else {
        tracing.notPropagatedTo(url.hostname);
        if (url.hostname !== this.#asked.hostname) for (const name of tracing.propagator.fields()) headers.delete(name);
      }
    } catch (error) {
      // A sampler, a processor or a propagator of the user's.
      diag.error("meshtrace: a call could not be traced", error);
    }
    this.#call = new Call(span, request, this.#options, this.#signal);
    return this.#call;
  }

  #ignored(request: OutgoingRequest): boolean {
    const { ignore } = this.#options;
    return ignore !== undefined && hook(() => ignore(request), false);
  }

  #start(tracing: AdapterTracing, active: Context, request: OutgoingRequest): Span {
    const { spanName, onRequest } = this.#options;
    const standard = methodName(request.method);
    const name = spanName === undefined ? standard : hook(() => spanName(request), standard);
    const span = tracing.tracer.startSpan(name, { kind: SpanKind.CLIENT }, active);
    if (!span.isRecording()) return span;
    span.setAttributes(clientAttributes(request));
    if (onRequest !== undefined) hook(() => onRequest(span, request), undefined);
    return span;
  }
}
