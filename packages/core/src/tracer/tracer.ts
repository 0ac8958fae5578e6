/**
 * Starts spans. At the border between the mesh and the process a SERVER span joins the caller's
 * span; everywhere else a span is a child of the active one, or a root.
 *
 * Spec: https://opentelemetry.io/docs/specs/otel/trace/api/#tracer
 */
import {
  type Span as ApiSpan,
  type Tracer as ApiTracer,
  type Context,
  context as contextApi,
  INVALID_SPAN_CONTEXT,
  type Link,
  type SpanContext,
  SpanKind,
  type SpanOptions,
  TraceFlags,
  trace,
} from "@opentelemetry/api";
import { JOINS } from "../process-wide.js";
import { NonRecordingSpan } from "../propagation/non-recording-span.js";
import { NOT_RECORD, RECORD_AND_SAMPLED, type Sampler } from "../sampling/sampler.js";
import { cleanAttributes } from "./attributes.js";
import { currentOrigin } from "./clock.js";
import { type Placement, placeSpan, unsampledSpan } from "./join.js";
import { cleanLink } from "./link.js";
import { warnOnce } from "./misuse.js";
import type { IdGenerator, InstrumentationScope, RecordingSpan } from "./readable-span.js";
import { markDebug, markShared } from "./shared-span.js";
import { Span } from "./span.js";
import type { SpanSettings } from "./span-settings.js";
import { asText } from "./text.js";

const NO_OPTIONS: SpanOptions = {};
const UNLIMITED = Number.POSITIVE_INFINITY;
const SUPPRESSED = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
const active = (): Context => contextApi.active();

/** What the tracers of one provider have in common. */
export interface TracerSettings extends Omit<SpanSettings, "scope"> {
  readonly sampler: Sampler;
  readonly ids: IdGenerator;
  readonly sharedSpan: boolean;
  /** Called with each recording span. Never throws. */
  readonly onStart: (span: RecordingSpan, context: Context) => void;
}

export class Tracer implements ApiTracer {
  /** Marks the tracer as one whose SERVER spans join. */
  readonly [JOINS] = true;
  readonly #settings: TracerSettings;
  readonly #spanSettings: SpanSettings;
  readonly #serviceName: string;

  constructor(settings: TracerSettings, scope: InstrumentationScope) {
    this.#settings = settings;
    const { resource, limits, onEnding, onEnd } = settings;
    this.#spanSettings = { resource, limits, onEnding, onEnd, scope };
    const { "service.name": service } = resource.attributes;
    this.#serviceName = typeof service === "string" ? service : "";
  }

  startSpan(name: string, spanOptions?: SpanOptions, parentContext: Context = contextApi.active()): ApiSpan {
    const options = spanOptions ?? NO_OPTIONS;
    const { ids, sharedSpan } = this.#settings;
    const root = options.root === true;
    const placement = placeSpan(parentContext, options.kind, root, sharedSpan, active);
    if (placement.outcome === "undecided") {
      return this.#start(name, options, root ? trace.deleteSpan(parentContext) : parentContext, placement);
    }
    if (placement.outcome === "unsampled") return unsampledSpan(placement, ids);
    return placement.outcome === "forwarded" ? placement.span : SUPPRESSED;
  }

  startActiveSpan<F extends (span: ApiSpan) => unknown>(name: string, ...rest: unknown[]): ReturnType<F> {
    const work = rest.pop() as (span: ApiSpan) => ReturnType<F>;
    const [options, contextArgument] = rest as [SpanOptions?, Context?];
    const parentContext = contextArgument ?? contextApi.active();
    const span = this.startSpan(name, options, parentContext);
    return contextApi.with(trace.setSpan(parentContext, span), work, undefined, span);
  }

  /** Asks the sampler, and starts the span that it allows. */
  #start(
    name: unknown,
    options: SpanOptions,
    context: Context,
    placement: Placement & { outcome: "undecided" },
  ): ApiSpan {
    const { sampler, ids, onStart } = this.#settings;
    const { parent } = placement;
    const spanId = placement.spanId ?? ids.generateSpanId();
    const traceId = placement.traceId ?? ids.generateTraceId();
    const kind = options.kind ?? SpanKind.INTERNAL;
    const text = asText(name);
    const links = this.#links(options.links);
    const first = options.attributes && cleanAttributes(options.attributes, UNLIMITED, UNLIMITED);
    const result = sampler.shouldSample(context, traceId, text, kind, first?.attributes ?? {}, links ?? []);
    const sampled = result.decision === RECORD_AND_SAMPLED;
    const spanContext: SpanContext = { traceId, spanId, traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE };
    const traceState = result.traceState ?? parent?.traceState;
    if (traceState !== undefined) spanContext.traceState = traceState;
    if (result.decision === NOT_RECORD) return new NonRecordingSpan("unsampled", spanContext, parent);
    if (placement.shared) markShared(spanContext, this.#serviceName);
    if (placement.debug) markDebug(spanContext);
    const local = trace.getSpan(context);
    const origin = local instanceof Span ? local.clockOrigin : currentOrigin();
    const span = new Span(this.#spanSettings, spanContext, parent, text, kind, origin, options.startTime);
    if (first?.attributes !== undefined || result.attributes !== undefined) {
      span.startWith(first?.attributes, result.attributes, first?.droppedAttributesCount ?? 0);
    }
    if (links !== undefined) span.linkAtStart(links);
    onStart(span, context);
    return span;
  }

  #links(links: unknown): Link[] | undefined {
    if (links === undefined || links === null) return undefined;
    if (!Array.isArray(links)) {
      warnOnce("the links of a span are no list");
      return undefined;
    }
    const { limits } = this.#settings;
    const objects = links.filter((link) => typeof link === "object" && link !== null);
    return objects.map((link: Link) => cleanLink(link, limits));
  }
}
