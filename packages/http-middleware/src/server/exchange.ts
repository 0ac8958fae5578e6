/**
 * The lifecycle of an incoming request in any protocol: received, run in its context, ended once.
 */
import {
  type AdapterTracing,
  adapterTracing,
  type Contexts,
  forwardOnly,
  requestId,
  restartedContext,
  type Watcher,
  withServerSpan,
} from "@meshtrace/core/adapter";
import { type Context, diag, ROOT_CONTEXT, type Span, trace } from "@opentelemetry/api";
import { recordHeaders } from "../captured-headers.js";
import { dateNow } from "../clock.js";
import { hook } from "../hook.js";
import type { Emit } from "../process-wide.js";
import type { Carried } from "./arrival.js";
import type { Conventions } from "./conventions.js";
import type { EmitArguments, Emitter, EmitterExchange } from "./emitter.js";
import { isIgnored } from "./ignored.js";
import type { ServerOptions } from "./options.js";
import type { Ended, Outcome, Thrown } from "./outcome.js";
import { setResponseHeaders } from "./response-headers.js";
import { type RpcMetadata, routeFrom } from "./rpc-metadata.js";
import { startSpan } from "./start-span.js";
import { watchResult } from "./watch-promise.js";

/** Envoy keeps its decision in the fifteenth character of an ID of this length, and of no other. */
const UUID_LENGTH = 36;

/** One incoming request: its context, and its span if the request is recorded. */
export class Exchange<Request = unknown, Response = unknown, End extends Ended = Outcome>
  implements EmitterExchange, Watcher
{
  /** The context in which the request runs. */
  readonly context: Context;
  /** The route's template, once it is known. */
  route: string | undefined = undefined;
  private readonly contexts: Contexts;
  private readonly conventions: Conventions<never, End>;
  private defaultName = "";
  private options: ServerOptions<Request, Response>;
  /** The span until it ends. */
  private span: Span | undefined = undefined;
  private rpcMetadata: RpcMetadata | undefined = undefined;
  private error: Thrown | undefined = undefined;
  private readRoute: ((source: never) => string | undefined) | undefined = undefined;
  private routeSource: unknown = undefined;

  /** Extracts the headers and starts the SERVER span. `request` is passed to hooks. */
  constructor(
    conventions: Conventions<never, End>,
    arrival: Carried,
    request: Request,
    options: ServerOptions<Request, Response>,
  ) {
    const tracing = adapterTracing();
    const protocol = conventions as Conventions<Carried, End>;
    this.contexts = tracing.contexts;
    this.conventions = conventions;
    this.options = options;
    let context = ROOT_CONTEXT;
    try {
      this.defaultName = protocol.spanName(arrival);
      context = this.start(tracing, protocol, arrival, request);
    } catch (error) {
      // Samplers, processors and propagators of the user may throw, and an imitation of a request
      // may lack anything.
      diag.error("meshtrace: a request could not be traced", error);
    }
    this.context = context;
    if (this.span !== undefined && options.onRequest !== undefined) {
      hook(options.onRequest, undefined, this.span, request);
    }
  }

  /** Starts the span. Returns the context of the request. */
  private start(
    tracing: AdapterTracing,
    protocol: Conventions<Carried, End>,
    arrival: Carried,
    request: Request,
  ): Context {
    const { options } = this;
    const { trust = tracing.trust } = options;
    const arrived =
      trust === "ignore" ? ROOT_CONTEXT : tracing.propagator.extract(ROOT_CONTEXT, arrival.headers, arrival.getter);
    const id = requestId(arrived);
    if (id !== undefined && id.length !== UUID_LENGTH) tracing.requestIdNotUuid();
    const restarts = trust === "restart";
    const extracted = restarts ? restartedContext(arrived) : arrived;
    if (!tracing.enabled || isIgnored(options.ignore, request, tracing, protocol, arrival)) {
      tracing.requests.forwarded += 1;
      return forwardOnly(extracted);
    }
    const caller = restarts ? trace.getSpanContext(arrived) : undefined;
    const span = startSpan(tracing, protocol, arrival, request, this.defaultName, options, extracted, caller);
    if (!span.isRecording()) return trace.setSpan(extracted, span);
    this.span = span;
    this.rpcMetadata = { type: "http", span, route: undefined };
    return withServerSpan(extracted, span, this.rpcMetadata);
  }

  /** Whether there is a span that has not ended. */
  get open(): boolean {
    return this.span !== undefined;
  }

  /** Whether the handler, or a framework for it, has reported an error. */
  get failed(): boolean {
    return this.error !== undefined;
  }

  /** Calls `work` in the context. An exception is recorded and thrown on unchanged. */
  run<Args extends unknown[], Result>(work: (...args: Args) => Result, self?: unknown, ...args: Args): Result {
    if (this.span === undefined) return this.call(work, self, args);
    try {
      return this.call(work, self, args);
    } catch (error) {
      this.fail(error);
      throw error;
    }
  }

  /** The same for the handler of an app: also records the rejection of its promise. */
  runHandler<Args extends unknown[], Result>(work: (...args: Args) => Result, self: unknown, ...args: Args): Result {
    const result = this.run(work, self, ...args);
    return this.span === undefined ? result : watchResult(result, work, self, this);
  }

  private call<Args extends unknown[], Result>(work: (...args: Args) => Result, self: unknown, args: Args): Result {
    if (self === undefined) return this.contexts.with(this.context, work, undefined, ...args);
    return this.contexts.with(this.context, apply, undefined, work as never, self, args) as Result;
  }

  get active(): boolean {
    return this.contexts.active() === this.context;
  }

  emitInContext(emit: Emit, emitter: Emitter, args: EmitArguments): unknown {
    return this.contexts.with(this.context, emitEvent, undefined, emit, emitter, args);
  }

  /** For exchanges with emitters: called before the listeners of `close`. */
  closed(_emitter: object): void {}

  finished(_emitter: object): void {}

  fulfilled(): void {}

  rejected(reason: unknown): void {
    this.fail(reason);
  }

  /**
   * Applies the options of an adapter nearer to the app. They override those of the adapter that
   * received the request.
   */
  adopt(options: ServerOptions<Request, Response>, request: Request): void {
    this.options = { ...this.options, ...options };
    if (this.span !== undefined) hook(options.onRequest, undefined, this.span, request);
  }

  /** Reads the route from `source` when the request ends, for frameworks that know it then. */
  readRouteFrom<Source>(source: Source, readRoute: (source: Source) => string | undefined): void {
    this.readRoute = readRoute;
    this.routeSource = source;
  }

  /**
   * Keeps an error of the handler. The status of the response decides whether the request failed.
   */
  fail(thrown: unknown): void {
    this.error ??= { thrown, at: dateNow() };
  }

  /**
   * Names the trace in the response, if the options ask for it. Call before the head of the
   * response is sent.
   */
  announce(set: (name: string, value: string) => void): void {
    const { responseHeaders } = this.options;
    if (responseHeaders !== undefined) setResponseHeaders(responseHeaders, trace.getSpanContext(this.context), set);
  }

  /** Ends the span. Later calls do nothing. */
  end(request: Request, response: Response, outcome: End): void {
    const { span } = this;
    if (span === undefined) return;
    this.span = undefined;
    try {
      this.describe(span, request, response, outcome);
    } catch (error) {
      diag.error("meshtrace: the end of a request could not be recorded", error);
    }
    span.end();
  }

  /**
   * The route of another instrumentation, where no adapter reads routes: an adapter that finds none
   * knows that there is none.
   */
  protected foreignRoute(): string | undefined {
    return this.readRoute === undefined ? routeFrom(this.rpcMetadata) : undefined;
  }

  private describe(span: Span, request: Request, response: Response, outcome: End): void {
    const { spanName, captureHeaders, onResponse } = this.options;
    const route = this.readRoute?.(this.routeSource as never) ?? this.route ?? this.foreignRoute();
    if (route !== undefined) {
      span.setAttribute("http.route", route);
      if (spanName === undefined) span.updateName(`${this.defaultName} ${route}`);
    }
    if (captureHeaders !== undefined) {
      const { captured } = this.conventions;
      recordHeaders(span, captured.response, captureHeaders.response, (header) => outcome.header(header));
    }
    this.conventions.finish(span, outcome, this.error);
    if (onResponse !== undefined) {
      this.contexts.with(this.context, () => hook(onResponse, undefined, span, request, response));
    }
  }
}

// Functions of the module: a closure for each request is slower to make.
function apply<Args extends unknown[], Result>(work: (...args: Args) => Result, self: unknown, args: Args): Result {
  return work.apply(self, args);
}

function emitEvent(emit: Emit, emitter: object, args: EmitArguments): unknown {
  return emit.apply(emitter, args as Parameters<Emit>);
}

/** Receives a request by the conventions of any protocol. */
export function receiveBy<Arrived extends Carried, End extends Ended, Request, Response>(
  conventions: Conventions<Arrived, End>,
  arrival: Arrived,
  request: Request,
  options: ServerOptions<Request, Response>,
): Exchange<Request, Response, End> {
  return new Exchange(conventions as Conventions<never, End>, arrival, request, options);
}
