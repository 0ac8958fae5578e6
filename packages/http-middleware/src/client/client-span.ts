/**
 * The start of an outgoing call in any protocol: its span, and the headers that its host receives.
 */
import {
  adapterTracing,
  asksSampler,
  errorLine,
  headerCarrierSetter,
  isTracingSuppressed,
  type Overlap,
} from "@meshtrace/core/adapter";
import { type Context, diag, type Span, SpanKind, type SpanOptions, type Tracer, trace } from "@opentelemetry/api";
import { recordHeaders } from "../captured-headers.js";
import { hook } from "../hook.js";
import { AttributeMap, type AttributeTarget } from "../http-conventions.js";
import { contextOfCall } from "./copied-context.js";
import { removeTraceHeaders } from "./foreign-headers.js";
import type { HeaderCarrier } from "./header-carrier.js";
import type { ClientOptions } from "./options.js";
import { propagates } from "./targets.js";

/** The differences between protocols: names and attributes of a client's spans. */
export interface ClientConventions<Request> {
  /**
   * The host that receives the call, without port; IPv6 in brackets. With several, each must be a
   * propagation target.
   */
  readonly hosts: (request: Request) => string | readonly string[];
  readonly spanName: (request: Request) => string;
  readonly setAttributes: (target: AttributeTarget, request: Request, captureQuery: boolean | undefined) => void;
  /**
   * The instrumentation of OpenTelemetry that traces the same calls; absent where clients differ.
   */
  readonly overlap?: Overlap;
  /** The prefix of the attributes of captured headers. */
  readonly captured: string;
}

const CLIENT: SpanOptions = { kind: SpanKind.CLIENT };

/**
 * Starts the span of a call that is made in `caller`, and writes the trace headers to `headers`.
 * Without a trace in `caller`, well-formed headers that the app has set are the parent. A host that
 * is no propagation target receives no headers, and copied ones are removed. Returns `undefined`
 * when the call is not recorded. Never throws.
 */
export function startClientSpan<Request>(
  conventions: ClientConventions<Request>,
  caller: Context,
  request: Request,
  headers: HeaderCarrier,
  options: ClientOptions<Request, never>,
): Span | undefined {
  const tracing = adapterTracing();
  const { propagator } = tracing;
  let span: Span | undefined;
  try {
    if (isTracingSuppressed(caller)) {
      // A request of an exporter: the propagator tells the next hop not to trace it either.
      propagator.inject(caller, headers, headerCarrierSetter);
      return undefined;
    }
    const { hosts, callsWithoutParent } = tracing.ignore;
    if (hosts.length > 0 && isLeftAlone(conventions.hosts(request), hosts)) return undefined;
    const parent = contextOfCall(caller, headers, propagator);
    const isIgnored = callsWithoutParent && trace.getSpan(parent) === undefined;
    if (tracing.enabled && !isIgnored && !(options.ignore !== undefined && hook(options.ignore, false, request))) {
      span = start(conventions, tracing.tracer, parent, request, options);
      conventions.overlap?.own();
      if (span.isRecording()) recordRequest(span, conventions, request, headers, options);
    }
    const host = foreignHost(conventions.hosts(request), options.propagateTo ?? tracing.propagateTo);
    if (host === undefined) {
      // Copied headers that no span follows go on as they are.
      if (span !== undefined) propagator.inject(trace.setSpan(parent, span), headers, headerCarrierSetter);
      else if (parent === caller) propagator.inject(caller, headers, headerCarrierSetter);
    } else {
      tracing.notPropagatedTo(host);
      removeTraceHeaders(headers, caller, propagator);
    }
  } catch (error) {
    // Samplers, processors and propagators of the user may throw.
    diag.error(`meshtrace: a call could not be traced: ${errorLine(error)}`);
  }
  return span;
}

function start<Request>(
  conventions: ClientConventions<Request>,
  tracer: Tracer,
  caller: Context,
  request: Request,
  { spanName, captureQuery }: ClientOptions<Request, never>,
): Span {
  const defaultName = conventions.spanName(request);
  const name = spanName === undefined ? defaultName : hook(spanName, defaultName, request);
  if (!asksSampler(caller)) {
    const span = tracer.startSpan(name, CLIENT, caller);
    if (span.isRecording()) conventions.setAttributes(span, request, captureQuery);
    return span;
  }
  // A sampler decides by the attributes that are there at the start.
  const map = new AttributeMap();
  conventions.setAttributes(map, request, captureQuery);
  return tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes: map.attributes }, caller);
}

function recordRequest<Request>(
  span: Span,
  conventions: ClientConventions<Request>,
  request: Request,
  headers: HeaderCarrier,
  { onRequest, captureHeaders }: ClientOptions<Request, never>,
): void {
  if (onRequest !== undefined) hook(onRequest, undefined, span, request);
  if (captureHeaders === undefined) return;
  recordHeaders(span, conventions.captured, captureHeaders.request, (name) => headers.get(name)?.toString());
}

function isLeftAlone(called: string | readonly string[], hosts: readonly (string | RegExp)[]): boolean {
  if (typeof called === "string") return propagates(called, hosts);
  return called.some((host) => propagates(host, hosts));
}

function foreignHost(
  hosts: string | readonly string[],
  targets: NonNullable<ClientOptions["propagateTo"]>,
): string | undefined {
  if (typeof hosts === "string") return propagates(hosts, targets) ? undefined : hosts;
  return hosts.find((host) => !propagates(host, targets));
}
