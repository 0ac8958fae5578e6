/**
 * Between a carrier and an OpenTelemetry context: the whole header set of an Istio mesh, in and out.
 */
import {
  type Context,
  createContextKey,
  createTraceState,
  defaultTextMapGetter,
  defaultTextMapSetter,
  type Span,
  type SpanContext,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  TraceFlags,
  trace,
} from "@opentelemetry/api";
import { isTracingSuppressed } from "@opentelemetry/core";
import { readHeaders } from "./carrier-reading.js";
import { removeStale, writeContext, writePassThrough } from "./carrier-writing.js";
import type { Family } from "./header-families.js";
import { meshState, withMeshState } from "./mesh-context.js";
import { B3_SINGLE, CONTEXT_HEADERS, passThroughSet } from "./mesh-headers.js";
import { type Extracted, hasIds, newTraceContext, type TraceContext } from "./trace-context.js";
import { UnrecordedSpan, unrecordedRole } from "./unrecorded-span.js";

/** A format of the propagator, by the name that `OTEL_PROPAGATORS` has for it. */
export type PropagationFormat = "b3" | "b3multi" | "tracecontext";

export interface MeshPropagatorOptions {
  /**
   * The formats, the preferred family first. Default `["b3multi", "tracecontext"]`. Both B3 formats are read whenever
   * one is named; B3 is written as named: `b3` single, `b3multi` multi.
   */
  readonly formats?: readonly PropagationFormat[];
  /** Which B3 format wins when both are valid; without it the rules of freshness decide. */
  readonly prefer?: "single" | "multi";
  /** Headers to forward byte for byte. Default: the set of Istio's samples. */
  readonly passThrough?: readonly string[];
  /** Called with the header's name when a value was malformed. It must not throw. */
  readonly onMalformed?: (header: string) => void;
}

// The key of @opentelemetry/propagator-b3, so that either propagator can inject what the other extracted.
const B3_DEBUG_KEY = createContextKey("OpenTelemetry Context Key B3 Debug Flag");
const NO_FAMILIES: readonly Family[] = [];

/**
 * Extracts and injects B3 (multi and single), W3C Trace Context and the pass-through headers. Works in any
 * OpenTelemetry 2.x set-up. Malformed headers are ignored and told to `onMalformed`; nothing is ever thrown.
 */
export class MeshPropagator implements TextMapPropagator {
  readonly #formats: readonly PropagationFormat[];
  readonly #prefer: "single" | "multi" | undefined;
  readonly #passThrough: readonly string[];
  readonly #onMalformed: ((header: string) => void) | undefined;
  readonly #families: readonly Family[];

  constructor(options: MeshPropagatorOptions = {}) {
    this.#formats = options.formats ?? ["b3multi", "tracecontext"];
    this.#prefer = options.prefer;
    this.#passThrough = passThroughSet(options.passThrough);
    this.#onMalformed = options.onMalformed;
    this.#families = [...new Set(this.#formats.map((format): Family => (format === "tracecontext" ? "w3c" : "b3")))];
  }

  /** `context` with what the carrier says; `context` itself when it says nothing. Header names match in any case. */
  extract(context: Context, carrier: unknown, getter: TextMapGetter = defaultTextMapGetter): Context {
    const state = readHeaders(carrier, getter, this.#passThrough, this.#families, this.#prefer, this.#onMalformed);
    if (state === undefined) return context;
    const { extracted } = state;
    if (!hasIds(extracted)) return withMeshState(debugContext(context, extracted), state, undefined);
    const span = new UnrecordedSpan("remote", remoteSpanContext(extracted, state.tracestate));
    return withMeshState(debugContext(context, extracted), state, span);
  }

  /**
   * Writes the active span (or, without one, what was extracted) in the families that came in. Headers of the set that
   * stand on the carrier from elsewhere are replaced or removed. A suppressed context writes `b3: 0` alone.
   */
  inject(context: Context, carrier: unknown, setter: TextMapSetter = defaultTextMapSetter): void {
    if (carrier === null || carrier === undefined) return;
    const state = meshState(context);
    const passThrough = state?.passThrough;
    removeStale(carrier, passThrough, this.#passThrough);
    if (isTracingSuppressed(context)) {
      setter.set(carrier, B3_SINGLE, "0");
      return;
    }
    if (passThrough !== undefined) writePassThrough(carrier, setter, passThrough);
    const span = trace.getSpan(context);
    const current =
      span === undefined || isCallers(span, state?.extracted)
        ? state?.extracted
        : spanPosition(span, context, state?.extracted);
    if (current === undefined) return;
    const answersIn = state?.answersIn ?? NO_FAMILIES;
    const families = answersIn.length === 0 ? this.#families : answersIn;
    const tracestate = state === undefined ? span?.spanContext().traceState?.serialize() : state.tracestate;
    writeContext(carrier, setter, current, families, this.#formats, tracestate);
  }

  fields(): string[] {
    return [...CONTEXT_HEADERS, ...this.#passThrough];
  }
}

/** Whether the span stands for the caller's, whose headers go on as they came. */
function isCallers(span: Span, extracted: Extracted): boolean {
  const role = unrecordedRole(span);
  if (role !== undefined) return role !== "unsampled";
  // OpenTelemetry's no-op tracer wraps the caller's span context again: nothing of ours is between.
  return hasIds(extracted) && !span.isRecording() && span.spanContext().spanId === extracted.spanId;
}

function remoteSpanContext(extracted: TraceContext, tracestate: string | undefined): SpanContext {
  // A deferred decision counts as sampled here: set-ups without our sampler ask the flag, and "undecided" must not
  // become "no" in them.
  const traceFlags = extracted.sampling === "deny" ? TraceFlags.NONE : TraceFlags.SAMPLED;
  const { traceId, spanId } = extracted;
  return tracestate === undefined
    ? { traceId, spanId, traceFlags, isRemote: true }
    : { traceId, spanId, traceFlags, isRemote: true, traceState: createTraceState(tracestate) };
}

function debugContext(context: Context, extracted: Extracted): Context {
  return extracted?.sampling === "debug" ? context.setValue(B3_DEBUG_KEY, "1") : context;
}

/** The active span as a trace context; `undefined` when it has no valid IDs and nothing was decided. */
function spanPosition(span: Span, context: Context, extracted: Extracted): Extracted {
  const { traceId, spanId, traceFlags } = span.spanContext();
  if (!/[^0]/.test(traceId) || !/[^0]/.test(spanId)) return undefined;
  const parent = (span as { parentSpanContext?: SpanContext }).parentSpanContext?.spanId;
  if ((traceFlags & TraceFlags.SAMPLED) === 0) return newTraceContext(traceId, spanId, parent, "deny");
  const debug = extracted === undefined ? context.getValue(B3_DEBUG_KEY) === "1" : extracted.sampling === "debug";
  // A new trace that was started inside a debugged request is not debugged itself.
  const sameTrace = extracted?.traceId === undefined || extracted.traceId === traceId;
  return newTraceContext(traceId, spanId, parent, debug && sameTrace ? "debug" : "accept", "accept");
}
