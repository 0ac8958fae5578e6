/**
 * The one lifecycle of a request that came in: received, run inside its context, finished exactly once.
 */
import {
  type AdapterTracing,
  adapterTracing,
  type Contexts,
  forwardOnly,
  requestId,
  startServerSpan,
} from "@meshtrace/core";
import { type Context, ROOT_CONTEXT, type Span, SpanKind, type SpanOptions, trace } from "@opentelemetry/api";
import { methodName, serverAttributes } from "../attributes.js";
import { isProbe } from "../filters.js";
import { hook, type ServerOptions } from "../options.js";
import { type Arrival, headerOf } from "./arrival.js";
import { type HeadersToCapture, recordHeaders } from "./captured-headers.js";
import { finish, type Outcome } from "./outcome.js";
import { announce } from "./response-headers.js";

type Emitting = { emit: (...given: never[]) => unknown };

/** A request on its way: the context that it runs in, and the end of its span, which is absent when not recorded. */
export class Exchange<Request = unknown, Response = unknown> {
  readonly context: Context;
  /** The route's template, once a framework has told it. */
  route: string | undefined;
  /** Asked for the route at the end, by an adapter whose framework knows it then. */
  routeAtEnd: (() => string | undefined) | undefined;
  readonly #contexts: Contexts;
  readonly #method: string;
  #options: ServerOptions<Request, Response>;
  #span: Span | undefined;
  #error: { readonly thrown: unknown; readonly at: number } | undefined;

  constructor(
    context: Context,
    contexts: Contexts,
    span: Span | undefined,
    method: string,
    options: ServerOptions<Request, Response>,
  ) {
    this.context = context;
    this.#contexts = contexts;
    this.#span = span;
    this.#method = method;
    this.#options = options;
  }

  /** Whether there is a span that waits for its end. */
  get open(): boolean {
    return this.#span !== undefined;
  }

  /** Runs `work` in the context; what it throws or rejects with is recorded, and comes out unchanged. */
  run<Result>(work: () => Result): Result {
    if (this.#span === undefined) return this.#contexts.with(this.context, work);
    try {
      const result = this.#contexts.with(this.context, work);
      // The user's promise goes back as it is; a branch of it is watched.
      if (result instanceof Promise) result.catch((error: unknown) => this.fail(error));
      return result;
    } catch (error) {
      this.fail(error);
      throw error;
    }
  }

  /**
   * Makes the listeners of a request or response run in the context: Node calls some of them from the socket's own. Most
   * events come from inside already, and cost nothing here.
   */
  bind(emitter: Emitting): void {
    const { context } = this;
    const contexts = this.#contexts;
    const emit = emitter.emit as (...given: unknown[]) => unknown;
    emitter.emit = function (this: unknown, ...given: unknown[]) {
      if (contexts.active() === context) return emit.apply(this, given);
      return contexts.with(context, () => emit.apply(this, given));
    };
  }

  /** An adapter nearer to the app has options of its own, which stand over those of the one that received. */
  adopt(options: ServerOptions<Request, Response>, request: Request): void {
    this.#options = { ...this.#options, ...options };
    if (this.#span !== undefined) hook(options.onRequest, undefined, this.#span, request);
  }

  /** Something was thrown. Whether that is an error of the request is told by the status that it ends with. */
  fail(thrown: unknown): void {
    this.#error ??= { thrown, at: Date.now() };
  }

  /** Names the trace in the response, where the options ask for it. `set` must still be in time for the head. */
  announce(set: (name: string, value: string) => void): void {
    const { responseHeaders } = this.#options;
    if (responseHeaders !== undefined) announce(responseHeaders, trace.getSpanContext(this.context), set);
  }

  /** The response is over, or the connection is. Whoever comes first ends the span; later calls do nothing. */
  end(request: Request, response: Response, outcome: Outcome): void {
    const span = this.#span;
    if (span === undefined) return;
    this.#span = undefined;
    const { spanName, captureHeaders, onResponse } = this.#options;
    const route = this.routeAtEnd?.() ?? this.route;
    if (route !== undefined) {
      span.setAttribute("http.route", route);
      if (spanName === undefined) span.updateName(`${methodName(this.#method)} ${route}`);
    }
    if (captureHeaders !== undefined) recordHeaders(span, "response", captureHeaders.response, outcome.header);
    finish(span, outcome, this.#error);
    hook(onResponse, undefined, span, request, response);
    span.end();
  }
}

/** Extracts the headers and starts the SERVER span. `request`: what the hooks are given. Never throws. */
export function receive<Request, Response>(
  arrival: Arrival,
  request: Request,
  options: ServerOptions<Request, Response>,
): Exchange<Request, Response> {
  const tracing = adapterTracing();
  const trust = options.trust ?? tracing.trust;
  const extracted =
    trust === "ignore" ? ROOT_CONTEXT : tracing.propagator.extract(ROOT_CONTEXT, arrival.headers, arrival.getter);
  if (!tracing.enabled || ignores(options, arrival, request)) {
    return new Exchange(forwardOnly(extracted), tracing.contexts, undefined, arrival.method, options);
  }
  const span = start(tracing, arrival, request, options, extracted, trust === "restart");
  const context = trace.setSpan(extracted, span);
  const recorded = span.isRecording() ? span : undefined;
  if (recorded !== undefined) {
    span.setAttributes(serverAttributes(arrival, requestId(extracted), options.captureQuery));
    const capture: HeadersToCapture | undefined = options.captureHeaders;
    if (capture !== undefined) recordHeaders(span, "request", capture.request, (name) => headerOf(arrival, name));
    hook(options.onRequest, undefined, span, request);
  }
  return new Exchange(context, tracing.contexts, recorded, arrival.method, options);
}

function ignores<Request>(options: ServerOptions<Request, never>, arrival: Arrival, request: Request): boolean {
  const { ignore } = options;
  return ignore === undefined ? isProbe(arrival) : hook(ignore, false, request);
}

function start<Request>(
  tracing: AdapterTracing,
  arrival: Arrival,
  request: Request,
  options: ServerOptions<Request, never>,
  extracted: Context,
  restart: boolean,
): Span {
  const { spanName } = options;
  const name = hook(spanName, methodName(arrival.method), request);
  const caller = restart ? trace.getSpanContext(extracted) : undefined;
  const spanOptions: SpanOptions =
    caller === undefined
      ? { kind: SpanKind.SERVER }
      : { kind: SpanKind.SERVER, root: true, links: [{ context: caller }] };
  return startServerSpan(tracing.tracer, name, spanOptions, extracted);
}
