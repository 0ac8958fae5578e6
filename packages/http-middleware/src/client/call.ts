/**
 * The one lifecycle of a call that goes out: sent, answered, and ended exactly once, when the body is over.
 */

import { type AdapterTracing, adapterTracing } from "@meshtrace/core";
import { type Context, diag, type Span, SpanKind, SpanStatusCode, type TextMapSetter, trace } from "@opentelemetry/api";
import { clientAttributes, methodName } from "../attributes.js";
import { propagates } from "../filters.js";
import { type ClientOptions, hook, type OutgoingRequest } from "../options.js";
import { errorType } from "./failure.js";

/** The headers of a request on their way out: `Headers`, or what an adapter makes of its client's. */
export interface HeaderCarrier {
  set(name: string, value: string): unknown;
  delete(name: string): unknown;
}

const SETTER: TextMapSetter<HeaderCarrier> = { set: (headers, name, value) => void headers.set(name, value) };

/**
 * Starts the span of one hop and writes the headers onto `headers`; a host that is no target gets none. The hop behind
 * a redirect (`request.resend`) does not even keep those that the caller set, unless its host is a target. Never throws.
 */
export function send(request: OutgoingRequest, headers: HeaderCarrier, options: ClientOptions): Call {
  const tracing = adapterTracing();
  const active = tracing.contexts.active();
  let span: Span | undefined;
  try {
    span = tracing.enabled && !ignored(request, options) ? start(tracing, active, request, options) : undefined;
    const context = span === undefined ? active : trace.setSpan(active, span);
    if (propagates(request.url.hostname, options.propagateTo ?? tracing.propagateTo)) {
      tracing.propagator.inject(context, headers, SETTER);
    } else {
      tracing.notPropagatedTo(request.url.hostname);
      if (request.resend !== undefined) for (const name of tracing.propagator.fields()) headers.delete(name);
    }
  } catch (error) {
    // A sampler, a processor or a propagator of the user's.
    diag.error("meshtrace: a call could not be traced", error);
  }
  return new Call(span, request, options);
}

function ignored(request: OutgoingRequest, { ignore }: ClientOptions): boolean {
  return ignore !== undefined && hook(() => ignore(request), false);
}

function start(tracing: AdapterTracing, active: Context, request: OutgoingRequest, options: ClientOptions): Span {
  const { spanName, onRequest } = options;
  const standard = methodName(request.method);
  const name = spanName === undefined ? standard : hook(() => spanName(request), standard);
  const span = tracing.tracer.startSpan(name, { kind: SpanKind.CLIENT }, active);
  if (!span.isRecording()) return span;
  span.setAttributes(clientAttributes(request));
  if (onRequest !== undefined) hook(() => onRequest(span, request), undefined);
  return span;
}

/** A call on its way. Each method may come at any time and more than once: the span ends with the first that ends it. */
export class Call {
  readonly #request: OutgoingRequest;
  readonly #options: ClientOptions;
  #span: Span | undefined;
  #headAt: number | undefined;

  constructor(span: Span | undefined, request: OutgoingRequest, options: ClientOptions) {
    this.#span = span?.isRecording() ? span : undefined;
    this.#request = request;
    this.#options = options;
  }

  /** Whether there is a span that waits for its end. */
  get open(): boolean {
    return this.#span !== undefined;
  }

  /** Whether the response's head has come. */
  get answered(): boolean {
    return this.#headAt !== undefined;
  }

  /** The response's head is there: 4xx and 5xx are errors of a call. Interim responses (1xx) are not for here. */
  respond(status: number, header: (name: string) => string | undefined): void {
    this.#headAt ??= performance.now();
    const span = this.#span;
    if (span === undefined) return;
    span.setAttribute("http.response.status_code", status);
    if (status >= 400) {
      span.setAttribute("error.type", String(status));
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
    const { onResponse } = this.#options;
    if (onResponse !== undefined) hook(() => onResponse(span, this.#request, { status, header }), undefined);
  }

  /** The body is over. */
  end(): void {
    this.#span?.end();
    this.#span = undefined;
  }

  /** The caller wants no more of the body: an end like another, and marked. */
  cancel(): void {
    this.#span?.addEvent("body cancelled");
    this.end();
  }

  /** Nobody reads the body: the call was over with the response's head. */
  endUnread(): void {
    this.#span?.addEvent("body not read", undefined, this.#headAt);
    this.#span?.end(this.#headAt);
    this.#span = undefined;
  }

  /** No answer, or a body that broke off. `type`: `error.type` where the caller knows better than the error. */
  fail(error: unknown, type: string = errorType(error)): void {
    const span = this.#span;
    if (span === undefined) return;
    const known = error instanceof Error ? error : new Error(String(error));
    span.recordException(known);
    span.setAttribute("error.type", type);
    span.setStatus({ code: SpanStatusCode.ERROR, message: known.message });
    this.end();
  }
}
