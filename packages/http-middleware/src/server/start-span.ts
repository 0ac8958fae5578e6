/**
 * Starts the SERVER span of a request.
 */
import {
  type AdapterTracing,
  asksSampler,
  type RequestCounts,
  requestId,
  startServerSpan,
} from "@meshtrace/core/adapter";
import { type Context, type Span, type SpanContext, SpanKind, type SpanOptions, trace } from "@opentelemetry/api";
import { recordHeaders } from "../captured-headers.js";
import { hook } from "../hook.js";
import { AttributeMap } from "../http-conventions.js";
import { type Carried, headerOf } from "./arrival.js";
import type { Conventions } from "./conventions.js";
import type { ServerOptions } from "./options.js";

const SERVER: SpanOptions = { kind: SpanKind.SERVER };

/**
 * Returns the SERVER span of a request with its attributes, or a span that does not record.
 * `defaultName` is its name without the option `spanName`. `extracted` is the context of the
 * request's headers. `restartedFrom` is the caller's span where a new trace begins, which is linked
 * to it.
 */
export function startSpan<Request>(
  tracing: AdapterTracing,
  conventions: Conventions<Carried, never>,
  arrival: Carried,
  request: Request,
  defaultName: string,
  options: ServerOptions<Request, never>,
  extracted: Context,
  restartedFrom: SpanContext | undefined,
): Span {
  const { spanName, captureQuery, captureHeaders, trust = tracing.trust } = options;
  const trusted = trust === "continue";
  const name = spanName === undefined ? defaultName : hook(spanName, defaultName, request);
  // Only a sampler needs the attributes before there is a span.
  const attributes = asksSampler(extracted) ? new AttributeMap() : undefined;
  if (attributes !== undefined) conventions.setAttributes(attributes, arrival, captureQuery, trusted);
  const spanOptions = attributes === undefined ? SERVER : startOptions(attributes, restartedFrom);
  const span = startServerSpan(tracing.tracer, name, spanOptions, extracted);
  if (!span.isRecording()) {
    if (attributes === undefined) tracing.requests.unsampledByCaller += 1;
    else tracing.requests.unsampledBySampler += 1;
    return span;
  }
  conventions.overlap.own();
  count(tracing.requests, span, trace.getSpanContext(extracted));
  if (attributes === undefined) conventions.setAttributes(span, arrival, captureQuery, trusted);
  const id = requestId(extracted);
  // Envoy's tag for the same value.
  if (id !== undefined) span.setAttribute("guid:x-request-id", id);
  if (captureHeaders !== undefined) {
    recordHeaders(span, conventions.captured.request, captureHeaders.request, (header) => headerOf(arrival, header));
  }
  return span;
}

/** Counts a recorded request by how its span follows the caller's. */
function count(requests: RequestCounts, span: Span, caller: SpanContext | undefined): void {
  if (caller === undefined) requests.started += 1;
  else if (caller.spanId === span.spanContext().spanId) requests.joined += 1;
  else requests.continued += 1;
}

function startOptions({ attributes }: AttributeMap, caller: SpanContext | undefined): SpanOptions {
  if (caller === undefined) return { kind: SpanKind.SERVER, attributes };
  return { kind: SpanKind.SERVER, attributes, root: true, links: [{ context: caller }] };
}
