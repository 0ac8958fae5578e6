/**
 * The one lifecycle of a call: a CLIENT span, the headers that the host may see, and an end.
 */
import { adapterTracing, type PropagateTo } from "@meshtrace/core";
import { type Context, type Span, SpanKind, SpanStatusCode, type TextMapSetter, trace } from "@opentelemetry/api";
import { clientAttributes, methodName } from "../attributes.js";
import { propagates } from "../filters.js";

/** A call on its way. `span` records nothing when tracing is off or the request is unsampled. */
export interface Call {
  readonly context: Context;
  readonly span: Span | undefined;
}

/** Starts the span of one hop and writes the headers onto `carrier`; a host that is no target gets none. Never throws. */
export function send<Carrier>(
  method: string,
  url: URL,
  carrier: Carrier,
  setter: TextMapSetter<Carrier>,
  propagateTo: PropagateTo | undefined,
): Call {
  const tracing = adapterTracing();
  const active = tracing.contexts.active();
  const span = tracing.enabled
    ? tracing.tracer.startSpan(methodName(method), { kind: SpanKind.CLIENT }, active)
    : undefined;
  if (span?.isRecording()) span.setAttributes(clientAttributes(method, url));
  const context = span === undefined ? active : trace.setSpan(active, span);
  if (propagates(url.hostname, propagateTo ?? tracing.propagateTo)) tracing.propagator.inject(context, carrier, setter);
  else tracing.notPropagatedTo(url.hostname);
  return { context, span };
}

/** Ends the call with the status that came back. 4xx and 5xx are errors of a call. */
export function finish({ span }: Call, status: number): void {
  if (!span?.isRecording()) return;
  span.setAttribute("http.response.status_code", status);
  if (status >= 400) {
    span.setAttribute("error.type", String(status));
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end();
}

/** Ends a call that got no answer. */
export function fail({ span }: Call, error: unknown): void {
  if (!span?.isRecording()) return;
  const known = error instanceof Error ? error : new Error(String(error));
  span.recordException(known);
  span.setAttribute("error.type", known.name);
  span.setStatus({ code: SpanStatusCode.ERROR, message: known.message });
  span.end();
}
