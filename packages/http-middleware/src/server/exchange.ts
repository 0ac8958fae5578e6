/**
 * The one lifecycle of a request that came in: received, run inside its context, finished exactly once.
 */

import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { adapterTracing, type Contexts, forwardOnly, requestId, startServerSpan } from "@meshtrace/core";
import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TextMapGetter,
  trace,
} from "@opentelemetry/api";
import { methodName, routeOf, serverAttributes } from "../attributes.js";
import { isProbe } from "../filters.js";
import { hook, type ServerOptions } from "../options.js";

const HEADERS: TextMapGetter<IncomingHttpHeaders> = {
  get: (headers, name) => headers[name],
  // Node has lowered the names: nothing to look for in another case.
  keys: () => [],
};

/** A request on its way: the context to run it in, and its span, absent when it is not recorded. */
export interface Exchange {
  readonly context: Context;
  readonly contexts: Contexts;
  readonly span: Span | undefined;
}

/** Extracts the headers and starts the SERVER span. Never throws. */
export function receive(request: IncomingMessage, options: ServerOptions): Exchange {
  const tracing = adapterTracing();
  const { contexts } = tracing;
  const trust = options.trust ?? tracing.trust;
  const extracted =
    trust === "ignore" ? ROOT_CONTEXT : tracing.propagator.extract(ROOT_CONTEXT, request.headers, HEADERS);
  if (!tracing.enabled || hook(() => (options.ignore ?? isProbe)(request), false)) {
    return { context: forwardOnly(extracted), contexts, span: undefined };
  }
  const name =
    options.spanName === undefined
      ? methodName(request.method ?? "GET")
      : hook(() => options.spanName?.(request), undefined);
  const caller = trace.getSpanContext(extracted);
  const restart =
    trust === "restart" && caller !== undefined ? { root: true, links: [{ context: caller }] } : undefined;
  const span = startServerSpan(tracing.tracer, name ?? "HTTP", { kind: SpanKind.SERVER, ...restart }, extracted);
  const context = trace.setSpan(extracted, span);
  if (!span.isRecording()) return { context, contexts, span: undefined };
  span.setAttributes(serverAttributes(request, requestId(extracted)));
  if (options.onRequest !== undefined) hook(() => options.onRequest?.(span, request), undefined);
  return { context, contexts, span };
}

/** Ends the span when the response is done or the connection is gone: `close` comes once, after either. */
export function finishOnClose(
  span: Span,
  request: IncomingMessage,
  response: ServerResponse,
  options: ServerOptions,
): void {
  response.once("close", () => finish(span, request, response, options));
}

function finish(span: Span, request: IncomingMessage, response: ServerResponse, options: ServerOptions): void {
  const route = routeOf(request);
  if (route !== undefined) {
    span.setAttribute("http.route", route);
    if (options.spanName === undefined) span.updateName(`${methodName(request.method ?? "GET")} ${route}`);
  }
  const status = response.statusCode;
  // An upgrade hands the socket on: no response is ever written, and that is no failure.
  const upgraded = request.headers.upgrade !== undefined && !response.headersSent;
  if (response.headersSent) span.setAttribute("http.response.status_code", status);
  if (!response.writableFinished && !upgraded) {
    span.setAttribute("error.type", "aborted");
    span.setStatus({
      code: SpanStatusCode.ERROR,
      message: "the client closed the connection before the response was complete",
    });
  } else if (response.headersSent && status >= 500) {
    span.setAttribute("error.type", String(status));
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  if (options.onResponse !== undefined) hook(() => options.onResponse?.(span, request, response), undefined);
  span.end();
}

/** Runs `work` in the exchange's context; what it throws or rejects with is recorded, and comes out unchanged. */
export function run<Result>({ context, contexts, span }: Exchange, work: () => Result): Result {
  if (span === undefined) return contexts.with(context, work);
  try {
    const result = contexts.with(context, work);
    // The user's promise goes back as it is; a branch of it is watched.
    if (result instanceof Promise) result.catch((error: unknown) => record(span, error));
    return result;
  } catch (error) {
    record(span, error);
    throw error;
  }
}

function record(span: Span, error: unknown): void {
  if (!span.isRecording()) return;
  span.recordException(error instanceof Error ? error : String(error));
  span.setAttribute("error.type", error instanceof Error ? error.name : "error");
  span.setStatus({ code: SpanStatusCode.ERROR, ...(error instanceof Error ? { message: error.message } : {}) });
}

type Emitting = { emit: (...given: never[]) => unknown };

/** Makes the listeners of a request or response run in the context: Node calls them from the socket's own. */
export function bindEvents(emitter: Emitting, { context, contexts }: Exchange): void {
  const emit = emitter.emit;
  emitter.emit = function (this: unknown, ...given: never[]) {
    return contexts.with(context, emit as (...all: never[]) => unknown, this as never, ...given);
  };
}
