/**
 * The beginning of a call that goes out, in any protocol: its span, and the decision whether its host gets the headers.
 */
import { type AdapterTracing, adapterTracing, asksSampler, isTracingSuppressed } from "@meshtrace/core/adapter";
import {
  type Attributes,
  type Context,
  diag,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  type TextMapPropagator,
  type TextMapSetter,
  trace,
} from "@opentelemetry/api";
import { recordHeaders } from "../captured-headers.js";
import { hook } from "../hook.js";
import type { ClientOptions } from "./options.js";
import { propagates } from "./targets.js";

/** The headers of a request on their way out: `Headers`, or what an adapter makes of its client's. */
export interface HeaderCarrier {
  get(name: string): unknown;
  set(name: string, value: string): unknown;
  /** `value`: what stands there, or would if the caller put it there later. Without it: whatever does. */
  delete(name: string, value?: string): unknown;
}

/** What the protocols differ in: how a client's spans are named, and what they say. */
export interface Conventions<Request> {
  /** The hosts that may get the call, without port; IPv6 in brackets. Headers are written when every one is a target. */
  readonly hosts: (request: Request) => readonly string[];
  readonly spanName: (request: Request) => string;
  readonly attributes: (request: Request, query: boolean | undefined) => Attributes;
  /** What the attributes of captured headers begin with. */
  readonly captured: string;
}

const SETTER: TextMapSetter<HeaderCarrier> = { set: (headers, name, value) => void headers.set(name, value) };

/**
 * Starts the span and writes the headers onto `headers`; a host that is no target gets none, and not even those of ours
 * that stand there already. `undefined`: the call is not recorded. Never throws.
 */
export function begin<Request>(
  conventions: Conventions<Request>,
  caller: Context,
  request: Request,
  headers: HeaderCarrier,
  options: ClientOptions<Request, never>,
): Span | undefined {
  const tracing = adapterTracing();
  let span: Span | undefined;
  try {
    if (isTracingSuppressed(caller)) {
      // An exporter's: whoever is behind its host shall not trace it either.
      tracing.propagator.inject(caller, headers, SETTER);
      return undefined;
    }
    if (tracing.enabled && !hook(options.ignore, false, request)) {
      span = start(conventions, tracing, caller, request, options);
      const { captureHeaders } = options;
      if (captureHeaders !== undefined) {
        recordHeaders(span, conventions.captured, captureHeaders.request, (name) => headers.get(name)?.toString());
      }
    }
    const stranger = strangerOf(conventions.hosts(request), options.propagateTo ?? tracing.propagateTo);
    if (stranger === undefined) {
      tracing.propagator.inject(span === undefined ? caller : trace.setSpan(caller, span), headers, SETTER);
    } else {
      tracing.notPropagatedTo(stranger);
      keepFromStranger(headers, caller, tracing.propagator);
    }
  } catch (error) {
    // A sampler, a processor or a propagator of the user's.
    diag.error("meshtrace: a call could not be traced", error);
  }
  return span;
}

function strangerOf(hosts: readonly string[], targets: AdapterTracing["propagateTo"]): string | undefined {
  return hosts.find((host) => !propagates(host, targets));
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

function start<Request>(
  conventions: Conventions<Request>,
  tracing: AdapterTracing,
  caller: Context,
  request: Request,
  options: ClientOptions<Request, never>,
): Span {
  const name = hook(options.spanName, conventions.spanName(request), request);
  const asked = asksSampler(caller);
  const attributes = (): Attributes => conventions.attributes(request, options.captureQuery);
  const spanOptions = asked ? { kind: SpanKind.CLIENT, attributes: attributes() } : { kind: SpanKind.CLIENT };
  const span = tracing.tracer.startSpan(name, spanOptions, caller);
  if (!span.isRecording()) return span;
  if (!asked) span.setAttributes(attributes());
  hook(options.onRequest, undefined, span, request);
  return span;
}
