/**
 * The shared span in tracer providers of OpenTelemetry's SDK 2.x and 3.x.
 */
import {
  type Context,
  context as contextApi,
  diag,
  INVALID_SPAN_CONTEXT,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  type SpanOptions,
  type Tracer,
  type TracerProvider,
  trace,
} from "@opentelemetry/api";
import { JOINS } from "../process-wide.js";
import { NonRecordingSpan } from "../propagation/non-recording-span.js";
import { errorLine } from "../text/error-line.js";
import { RandomIdGenerator } from "../tracer/ids.js";
import { isJoiningTracer, type Placement, placeSpan, unsampledSpan } from "../tracer/join.js";
import { noticed } from "../tracer/overlap.js";
import type { ReadableSpan } from "../tracer/readable-span.js";
import { markDebug, markShared } from "../tracer/shared-span.js";
import { pendingJoin } from "./pending-join.js";

type StartSpan = Tracer["startSpan"];

const RANDOM_IDS = new RandomIdGenerator();
const NAME = "@meshtrace/core/sdk";
let refusalLogged = false;

/**
 * Makes SERVER spans of `provider` share the caller's span ID, whichever instrumentation starts
 * them. Takes a provider of SDK 2.x or 3.x that was built with a `SharedSpanIdGenerator`, or the
 * provider that OpenTelemetry's API returns after `NodeSDK.start()`. Call it before
 * instrumentations get their tracers: a tracer that was handed out earlier stays as it is.
 *
 * Only contexts that a `MeshPropagator` extracted are shared. Use a `MeshSampler` too: with another
 * sampler a request whose caller reports no parent is sampled like a root. Returns false, and logs
 * a warning once, when `provider` cannot share: its SERVER spans remain children of the caller's
 * span. Never throws.
 *
 * @example
 * const sdk = new NodeSDK({
 *   idGenerator: new SharedSpanIdGenerator(),
 *   sampler: new MeshSampler(),
 *   textMapPropagator: new MeshPropagator(),
 *   traceExporter: new ZipkinExporter({ serviceName: "hello" }),
 * });
 * sdk.start();
 * shareSpans(trace.getTracerProvider());
 */
export function shareSpans(provider: TracerProvider): boolean {
  try {
    const target = registered(provider);
    const tracer = target.getTracer(NAME);
    if (isJoiningTracer(tracer)) return true;
    if (asksOurGenerator(tracer)) {
      const getTracer = target.getTracer;
      target.getTracer = (...scope) => joining(noticed(getTracer.apply(target, scope), String(scope[0])));
      return true;
    }
  } catch (error) {
    diag.debug(`meshtrace: shareSpans() failed: ${errorLine(error)}`);
  }
  if (!refusalLogged) {
    diag.warn(
      "meshtrace: shareSpans() needs a tracer provider of OpenTelemetry's SDK 2.x or 3.x that was built with " +
        "`idGenerator: new SharedSpanIdGenerator()`. Server spans remain children of the caller's span.",
    );
  }
  refusalLogged = true;
  return false;
}

/** Returns the provider behind the API's proxy. */
function registered(provider: TracerProvider): TracerProvider {
  const { getDelegate } = provider as { getDelegate?: () => TracerProvider };
  return typeof getDelegate === "function" ? registered(getDelegate.call(provider)) : provider;
}

/**
 * Returns whether the tracer takes its IDs from a SharedSpanIdGenerator. The SDK asks for them
 * before it reads the kind: a kind that throws ends the attempt before a sampler or processor sees
 * it.
 */
function asksOurGenerator(tracer: Tracer): boolean {
  const pending = pendingJoin();
  pending.spanId = INVALID_SPAN_CONTEXT.spanId;
  const attempt = {
    get kind(): never {
      throw new Error("only the IDs are needed");
    },
  };
  try {
    tracer.startSpan(NAME, attempt, ROOT_CONTEXT).end();
    return false;
  } catch {
    return pending.spanId === undefined;
  } finally {
    pending.spanId = undefined;
  }
}

/** Returns the tracer itself, whose SERVER spans now join. */
function joining(tracer: Tracer): Tracer {
  if (isJoiningTracer(tracer)) return tracer;
  const start = tracer.startSpan.bind(tracer);
  // The SDK's startActiveSpan calls startSpan on the same object.
  const startSpan: StartSpan = (name, options = {}, context = contextApi.active()) =>
    startPlaced(start, name, options, context);
  return Object.defineProperties(tracer, {
    [JOINS]: { value: true },
    startSpan: { value: startSpan, writable: true, configurable: true },
  });
}

function startPlaced(start: StartSpan, name: string, options: SpanOptions, context: Context): Span {
  const placement = placeSpan(context, options?.kind, options?.root === true, true, activeContext);
  if (placement.outcome === "forwarded") return placement.span;
  if (placement.outcome === "unsampled") return unsampledSpan(placement, RANDOM_IDS);
  if (placement.outcome === "suppressed") return start(name, options, context);
  const span =
    placement.spanId === undefined
      ? start(name, options, under(context, placement.parent))
      : startJoined(start, name, options, context, placement);
  if (span.isRecording()) {
    if (placement.shared) markShared(span.spanContext(), serviceNameOf(span));
    if (placement.debug) markDebug(span.spanContext());
  } else if (placement.spanId !== undefined) {
    // The SDK's own non-recording span has no parent, which the headers of calls name.
    return new NonRecordingSpan("unsampled", span.spanContext(), placement.parent);
  }
  return span;
}

/** Returns the service name of a recording span's resource. */
function serviceNameOf(span: Span): string {
  const { resource } = span as Partial<ReadableSpan>;
  const name = resource?.attributes["service.name"];
  return typeof name === "string" ? name : "";
}

const activeContext = (): Context => contextApi.active();

/** Returns a context whose span is `parent`; `context` itself when it is that already. */
function under(context: Context, parent: SpanContext | undefined): Context {
  return parent === undefined || trace.getSpanContext(context) === parent
    ? context
    : trace.setSpanContext(context, parent);
}

/**
 * The SDK makes a child of the caller's parent, or a root; its generator returns the caller's IDs.
 */
function startJoined(
  start: StartSpan,
  name: string,
  options: SpanOptions,
  context: Context,
  { parent, spanId, traceId }: Placement & { outcome: "undecided" },
): Span {
  const above = new NonRecordingSpan("remote", parent ?? INVALID_SPAN_CONTEXT);
  const pending = pendingJoin();
  pending.spanId = spanId;
  pending.traceId = parent === undefined ? traceId : undefined;
  try {
    return start(name, options, trace.setSpan(context, above));
  } finally {
    pending.spanId = undefined;
    pending.traceId = undefined;
  }
}
