/**
 * Between a carrier and an OpenTelemetry context: the whole header set of an Istio mesh, in and out.
 */
import {
  type Context,
  createTraceState,
  defaultTextMapGetter,
  defaultTextMapSetter,
  diag,
  type SpanContext,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  TraceFlags,
  trace,
} from "@opentelemetry/api";
import type { Family } from "../headers/families.js";
import {
  B3_FLAGS,
  B3_SAMPLED,
  B3_SINGLE,
  B3_SPAN_ID,
  B3_TRACE_ID,
  CONTEXT_HEADERS,
  passThroughSet,
  TRACEPARENT,
  TRACESTATE,
} from "../headers/names.js";
import { type Extracted, hasIds, type TraceContext } from "../headers/trace-context.js";
import { getterFor, peek, removeStale, setterFor } from "./carriers.js";
import { NonRecordingSpan } from "./non-recording-span.js";
import { type Reading, readHeaders } from "./read-carrier.js";
import { meshState, withMeshState } from "./request-context.js";
import { B3_DEBUG_KEY, isCallers, spanPosition, tracestateOf } from "./span-position.js";
import { isTracingSuppressed } from "./suppress-tracing.js";
import { writeContext, writePassThrough } from "./write-carrier.js";

/** A format of the propagator, by the name that `OTEL_PROPAGATORS` has for it. */
export type PropagationFormat = "b3" | "b3multi" | "tracecontext";

export interface MeshPropagatorOptions {
  /**
   * The formats, the preferred family first. Default `["b3multi", "tracecontext"]`. Both B3 formats are read whenever
   * one is named; B3 is written as named: `b3` single, `b3multi` multi.
   */
  readonly propagators?: readonly PropagationFormat[];
  /** Which B3 format wins when both are valid; without it the rules of freshness decide. */
  readonly prefer?: "single" | "multi";
  /** Headers to forward byte for byte. Default: the set of Istio's samples. */
  readonly passThrough?: readonly string[];
  /** Called with the header's name when a value was malformed; `carrier` when it could not be read. What it throws is ignored. */
  readonly onMalformed?: (header: string) => void;
}

const NO_FAMILIES: readonly Family[] = [];
const ALL_STALE: ReadonlySet<string> = new Set(CONTEXT_HEADERS);

/**
 * Extracts and injects B3 (multi and single), W3C Trace Context and the pass-through headers. Works in any
 * OpenTelemetry set-up of API 1.9, alone or in a CompositePropagator; reads and writes plain objects, `Headers`, `Map`,
 * lists, and whatever a getter and setter know. Malformed headers are ignored and told to `onMalformed`; nothing is ever
 * thrown.
 */
export class MeshPropagator implements TextMapPropagator {
  readonly #formats: readonly PropagationFormat[];
  readonly #families: readonly Family[];
  readonly #reading: Reading;

  constructor(options: MeshPropagatorOptions = {}) {
    this.#formats = options.propagators ?? ["b3multi", "tracecontext"];
    this.#families = [...new Set(this.#formats.map((format): Family => (format === "tracecontext" ? "w3c" : "b3")))];
    const passThrough = passThroughSet(options.passThrough);
    const names = new Set<string>([...CONTEXT_HEADERS, ...passThrough]);
    this.#reading = {
      families: this.#families,
      prefer: options.prefer,
      passThrough,
      names,
      lengths: new Set([...names].map((name) => name.length)),
      onMalformed: neverThrowing(options.onMalformed),
    };
  }

  /** `context` with what the carrier says; `context` itself when it says nothing. Header names match in any case. */
  extract(context: Context, carrier: unknown, getter: TextMapGetter = defaultTextMapGetter): Context {
    if (carrier === null || carrier === undefined) return context;
    const state = readHeaders(carrier, getterFor(carrier, getter), this.#reading);
    if (state === undefined) return context;
    const { extracted } = state;
    if (!hasIds(extracted)) return withMeshState(debugContext(context, extracted), state, undefined);
    const span = new NonRecordingSpan("remote", remoteSpanContext(extracted, state.tracestate));
    return withMeshState(debugContext(context, extracted), state, span);
  }

  /**
   * Writes the active span (or, without one, what was extracted) in the families that came in. Headers of the set that
   * stand on the carrier from elsewhere are replaced or removed. A suppressed context writes `b3: 0` alone. A carrier
   * that cannot be written is left as it is.
   */
  inject(context: Context, carrier: unknown, setter: TextMapSetter = defaultTextMapSetter): void {
    if (carrier === null || carrier === undefined) return;
    try {
      this.#write(context, carrier, setterFor(carrier, setter));
    } catch (error) {
      // A request whose headers are sent, a frozen object: the call goes out without ours.
      diag.debug("meshtrace: a carrier could not be written", error);
    }
  }

  fields(): string[] {
    return [...CONTEXT_HEADERS, ...this.#reading.passThrough];
  }

  #write(context: Context, carrier: unknown, setter: TextMapSetter): void {
    const state = meshState(context);
    const passThrough = state?.passThrough;
    const span = trace.getSpan(context);
    const callers = span === undefined || isCallers(span, state?.extracted);
    const current = callers ? state?.extracted : spanPosition(span, context, state?.extracted);
    removeStale(carrier, this.#staleOn(carrier, current), this.#reading.passThrough, passThrough);
    if (isTracingSuppressed(context)) {
      setter.set(carrier, B3_SINGLE, "0");
      return;
    }
    if (passThrough !== undefined) writePassThrough(carrier, setter, passThrough);
    if (current === undefined) return;
    const answersIn = state?.answersIn ?? NO_FAMILIES;
    const families = answersIn.length === 0 ? this.#families : answersIn;
    writeContext(carrier, setter, current, families, this.#formats, tracestateOf(span, callers, state?.tracestate));
  }

  /**
   * The headers that must not stay on the carrier: all of both families. Only where another propagator is responsible
   * for a family, what it wrote for the current span just before stays.
   */
  #staleOn(carrier: unknown, current: Extracted): ReadonlySet<string> {
    if (this.#families.length === 2 || !hasIds(current)) return ALL_STALE;
    const stale = new Set(CONTEXT_HEADERS);
    const says = (name: string): boolean => String(peek(carrier, name)).includes(current.spanId);
    const keep = (...names: string[]): void => {
      for (const name of names) stale.delete(name);
    };
    if (!this.#families.includes("w3c") && says(TRACEPARENT)) keep(TRACEPARENT, TRACESTATE);
    if (!this.#families.includes("b3")) {
      if (says(B3_SPAN_ID)) keep(B3_TRACE_ID, B3_SPAN_ID, B3_SAMPLED, B3_FLAGS);
      if (says(B3_SINGLE)) keep(B3_SINGLE);
    }
    return stale;
  }
}

function neverThrowing(told: MeshPropagatorOptions["onMalformed"]): (header: string) => void {
  return (header) => {
    try {
      told?.(header);
    } catch (error) {
      diag.debug("meshtrace: onMalformed threw", error);
    }
  };
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
