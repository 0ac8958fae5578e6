/**
 * A call from its first request to its last: redirects and repetitions are hops, each with a span and a decision of its own.
 */

import { type AdapterTracing, adapterTracing } from "@meshtrace/core";
import {
  type Context,
  diag,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  type TextMapPropagator,
  type TextMapSetter,
  trace,
} from "@opentelemetry/api";
import { clientAttributes, methodName } from "../attributes.js";
import { propagates } from "../filters.js";
import { type ClientOptions, hook, type OutgoingRequest } from "../options.js";
import { recordHeaders } from "../server/captured-headers.js";
import { Call } from "./call.js";

/** The headers of a request on their way out: `Headers`, or what an adapter makes of its client's. */
export interface HeaderCarrier {
  get(name: string): unknown;
  set(name: string, value: string): unknown;
  /** `value`: what stands there, or would if the caller put it there later. Without it: whatever does. */
  delete(name: string, value?: string): unknown;
}

const SETTER: TextMapSetter<HeaderCarrier> = { set: (headers, name, value) => void headers.set(name, value) };

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
    const span = this.#options && this.#begin(request, headers, this.#options);
    this.#call = new Call(span, request, this.#options ?? {}, this.#signal);
    return this.#call;
  }

  #begin(request: OutgoingRequest, headers: HeaderCarrier, options: ClientOptions): Span | undefined {
    const tracing = adapterTracing();
    const { hostname } = request.url;
    let span: Span | undefined;
    try {
      if (tracing.enabled && !ignored(request, options)) {
        span = start(tracing, this.#context, request, options);
        const { captureHeaders } = options;
        if (captureHeaders !== undefined) {
          recordHeaders(span, "request", captureHeaders.request, (name) => headers.get(name)?.toString());
        }
      }
      if (propagates(hostname, options.propagateTo ?? tracing.propagateTo)) {
        const context = span === undefined ? this.#context : trace.setSpan(this.#context, span);
        tracing.propagator.inject(context, headers, SETTER);
      } else {
        tracing.notPropagatedTo(hostname);
        keepFromStranger(headers, this.#context, tracing.propagator);
      }
    } catch (error) {
      // A sampler, a processor or a propagator of the user's.
      diag.error("meshtrace: a call could not be traced", error);
    }
    return span;
  }
}

/**
 * Takes off what a copied header bag, or a library that follows redirects with the headers of the first hop, would tell a
 * stranger: trace contexts, and the values that the mesh gave the request. Another value of such a name is the caller's own.
 */
function keepFromStranger(headers: HeaderCarrier, context: Context, propagator: TextMapPropagator): void {
  // With nothing to write, it only removes what is stale.
  propagator.inject(ROOT_CONTEXT, headers, SETTER);
  const ours = new Map<string, string>();
  propagator.inject(context, ours, SETTER);
  for (const [name, value] of ours) {
    const stands = headers.get(name) ?? value;
    if (String(stands) === value) headers.delete(name, value);
  }
}

function ignored(request: OutgoingRequest, { ignore }: ClientOptions): boolean {
  return hook(ignore, false, request);
}

function start(tracing: AdapterTracing, active: Context, request: OutgoingRequest, options: ClientOptions): Span {
  const { spanName, onRequest } = options;
  const name = hook(spanName, methodName(request.method), request);
  const span = tracing.tracer.startSpan(name, { kind: SpanKind.CLIENT }, active);
  if (!span.isRecording()) return span;
  span.setAttributes(clientAttributes(request, options.captureQuery));
  hook(onRequest, undefined, span, request);
  return span;
}
