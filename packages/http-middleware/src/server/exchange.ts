/**
 * The one lifecycle of a request that came in: received, run inside its context, finished exactly once.
 */
import {
  type AdapterTracing,
  adapterTracing,
  asksSampler,
  type Contexts,
  forwardOnly,
  requestId,
  startServerSpan,
} from "@meshtrace/core/adapter";
import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  type SpanOptions,
  trace,
} from "@opentelemetry/api";
import { type HeadersToCapture, recordHeaders } from "../captured-headers.js";
import { hook } from "../hook.js";
import { AttributeMap } from "../http-conventions.js";
import { type Arrival, type Carried, headerOf } from "./arrival.js";
import { type Conventions, HTTP } from "./conventions.js";
import type { ServerOptions } from "./options.js";
import type { Ended, Outcome, Thrown } from "./outcome.js";
import { announce } from "./response-headers.js";

/** What is read of a request or response that has events. An imitation of one may have less. */
interface Emitting {
  emit(...given: never[]): unknown;
  listenerCount?(event: string): number;
}

/** A request on its way: the context that it runs in, and the end of its span, which is absent when not recorded. */
export class Exchange<Request = unknown, Response = unknown, End extends Ended = Outcome> {
  readonly context: Context;
  /** The route's template, once a framework has told it. */
  route: string | undefined;
  /** Asked for the route at the end, by an adapter whose framework knows it then. */
  routeAtEnd: (() => string | undefined) | undefined;
  readonly #contexts: Contexts;
  readonly #conventions: Conventions<never, End>;
  readonly #name: string;
  #options: ServerOptions<Request, Response>;
  #span: Span | undefined;
  #error: Thrown | undefined;

  constructor(
    context: Context,
    contexts: Contexts,
    span: Span | undefined,
    name: string,
    options: ServerOptions<Request, Response>,
    conventions: Conventions<never, End>,
  ) {
    this.context = context;
    this.#contexts = contexts;
    this.#span = span;
    this.#name = name;
    this.#options = options;
    this.#conventions = conventions;
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
   * events come from inside already, or nobody listens to them. `closed` is the first to hear
   * of `close`.
   */
  bind(emitter: Emitting, closed?: () => void): void {
    const { context } = this;
    const contexts = this.#contexts;
    const emit = emitter.emit as (...given: unknown[]) => unknown;
    emitter.emit = function (this: Emitting, ...given: unknown[]) {
      const event = given[0] as string;
      if (closed !== undefined && event === "close") contexts.with(context, closed);
      if (this.listenerCount?.(event) === 0 || contexts.active() === context) return emit.apply(this, given);
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
  end(request: Request, response: Response, outcome: End): void {
    const span = this.#span;
    if (span === undefined) return;
    this.#span = undefined;
    const { spanName, captureHeaders, onResponse } = this.#options;
    const { captured, finish } = this.#conventions;
    const route = this.routeAtEnd?.() ?? this.route;
    if (route !== undefined) {
      span.setAttribute("http.route", route);
      if (spanName === undefined) span.updateName(`${this.#name} ${route}`);
    }
    if (captureHeaders !== undefined) recordHeaders(span, captured.response, captureHeaders.response, outcome.header);
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
  return receiveBy(HTTP, arrival, request, options);
}

/** The same, by the conventions of any protocol. */
export function receiveBy<Arrived extends Carried, End extends Ended, Request, Response>(
  conventions: Conventions<Arrived, End>,
  arrival: Arrived,
  request: Request,
  options: ServerOptions<Request, Response>,
): Exchange<Request, Response, End> {
  const standard = conventions.spanName(arrival);
  const tracing = adapterTracing();
  const trust = options.trust ?? tracing.trust;
  const extracted =
    trust === "ignore" ? ROOT_CONTEXT : tracing.propagator.extract(ROOT_CONTEXT, arrival.headers, arrival.getter);
  if (!tracing.enabled || ignores(conventions, arrival, request, options)) {
    return new Exchange(forwardOnly(extracted), tracing.contexts, undefined, standard, options, conventions);
  }
  const restarts = trust === "restart";
  // A sampler decides by what it is told at the start; where nobody asks one, telling it then costs more.
  const asked = restarts || asksSampler(extracted) ? new AttributeMap() : undefined;
  if (asked !== undefined) conventions.setAttributes(asked, arrival, options.captureQuery);
  const attributes = asked?.attributes;
  const span = start(tracing, hook(options.spanName, standard, request), extracted, restarts, attributes);
  const context = trace.setSpan(extracted, span);
  const recorded = span.isRecording() ? span : undefined;
  if (recorded !== undefined) {
    if (attributes === undefined) conventions.setAttributes(span, arrival, options.captureQuery);
    const id = requestId(extracted);
    // The tag that Envoy writes.
    if (id !== undefined) span.setAttribute("guid:x-request-id", id);
    const capture: HeadersToCapture | undefined = options.captureHeaders;
    if (capture !== undefined) {
      recordHeaders(span, conventions.captured.request, capture.request, (name) => headerOf(arrival, name));
    }
    hook(options.onRequest, undefined, span, request);
  }
  return new Exchange(context, tracing.contexts, recorded, standard, options, conventions);
}

function ignores<Arrived extends Carried, Request>(
  conventions: Conventions<Arrived, never>,
  arrival: Arrived,
  request: Request,
  { ignore }: ServerOptions<Request, never>,
): boolean {
  return ignore === undefined ? conventions.isProbe(arrival) : hook(ignore, false, request);
}

function start(
  tracing: AdapterTracing,
  name: string,
  extracted: Context,
  restart: boolean,
  attributes: Attributes | undefined,
): Span {
  const caller = restart ? trace.getSpanContext(extracted) : undefined;
  const spanOptions: SpanOptions = { kind: SpanKind.SERVER };
  if (attributes !== undefined) spanOptions.attributes = attributes;
  if (caller !== undefined) {
    spanOptions.root = true;
    spanOptions.links = [{ context: caller }];
  }
  return startServerSpan(tracing.tracer, name, spanOptions, extracted);
}
