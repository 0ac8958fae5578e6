/**
 * Between a carrier and an OpenTelemetry context: the whole header set of an Istio mesh, in and
 * out.
 */
import {
  type Context,
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
import { firstValue, isAbsent } from "../headers/header-value.js";
import { PASS_THROUGH, REQUEST_ID } from "../headers/names.js";
import { hasIds, type TraceContext } from "../headers/trace-context.js";
import { errorLine } from "../text/error-line.js";
import { type HeaderCarrier, knowsCarrier, writesProperty } from "./getters.js";
import { type HeaderSet, headerSet, type PropagationFormat } from "./header-set.js";
import { NOTHING_PASSED } from "./interpret-headers.js";
import { MeshTraceState } from "./mesh-trace-state.js";
import { NonRecordingSpan } from "./non-recording-span.js";
import { outgoingHeaders, suppressedHeaders } from "./outgoing-headers.js";
import { isRequestId, passedFrom } from "./pass-through.js";
import { isEmptyObject, readCarrier } from "./read-carrier.js";
import { receivedSpan } from "./received-span.js";
import { B3_DEBUG_KEY, type MeshState, meshState, spanOf, withMeshState } from "./request-context.js";
import { isTracingSuppressed } from "./suppress-tracing.js";
import { writeCarrier, writeFields } from "./write-carrier.js";

export type { PropagationFormat } from "./header-set.js";

/** Options of `MeshPropagator`. */
export interface MeshPropagatorOptions {
  /**
   * The formats, the preferred family first. Both B3 formats are read whenever one is named; B3 is
   * written as named: `b3` single, `b3multi` multi.
   * @default `["b3multi", "tracecontext"]`
   */
  readonly propagators?: readonly PropagationFormat[];
  /** Which B3 format wins when both are valid; without it the rules of freshness decide. */
  readonly prefer?: "single" | "multi";
  /**
   * Headers to forward byte for byte, 8 KiB in total. A family that no format of `propagators`
   * writes is forwarded as well.
   * @default the request ID and other vendors' contexts
   */
  readonly passThrough?: readonly string[];
  /**
   * Called with the header's name when a value was malformed or not forwarded; with `carrier` when
   * it could not be read. Errors that it throws are ignored.
   */
  readonly onMalformed?: (header: string) => void;
}

/**
 * Extracts and injects B3 (multi and single), W3C Trace Context and the pass-through headers. Works
 * in any OpenTelemetry set-up of API 1.9 and 1.10, alone or in a CompositePropagator; reads and
 * writes plain objects, `Headers`, `Map`, lists, message headers, gRPC's metadata, and all that a
 * getter and setter know. Malformed headers are ignored and reported to `onMalformed`; nothing is
 * ever thrown.
 *
 * @example
 * const provider = new NodeTracerProvider({ sampler: new MeshSampler() });
 * provider.register({ propagator: new MeshPropagator() });
 */
export class MeshPropagator implements TextMapPropagator {
  readonly #set: HeaderSet;
  /** The same, for a look that counts nothing. */
  readonly #quiet: HeaderSet;

  constructor(options: MeshPropagatorOptions = {}) {
    const { propagators = ["b3multi", "tracecontext"], prefer, passThrough = PASS_THROUGH } = options;
    this.#set = headerSet({ propagators, prefer, passThrough, onMalformed: neverThrowing(options.onMalformed) });
    this.#quiet = { ...this.#set, onMalformed() {} };
  }

  /**
   * Returns `context` with what the carrier says; `context` itself when it has none of the headers.
   */
  extract(context: Context, carrier: unknown, getter: TextMapGetter = defaultTextMapGetter): Context {
    if (carrier === null || carrier === undefined) return context;
    const state = readCarrier(carrier, getter, this.#set);
    const received = receivedSpan(carrier);
    if (state === undefined) return received === undefined ? context : trace.setSpan(context, received);
    const { extracted } = state;
    const span =
      received ??
      (hasIds(extracted) ? new NonRecordingSpan("remote", remoteSpanContext(extracted, state.tracestate)) : undefined);
    return withMeshState(extracted?.sampling === "debug" ? debugContext(context, state) : context, state, span);
  }

  /**
   * Writes the active span (or, without one, what was extracted) in the families that came in.
   * Headers of the configured formats that are on the carrier from elsewhere are replaced or
   * removed; without a current context, a well-formed set stays. A setter of the caller's own is
   * all that touches its carrier. A suppressed context writes `b3: 0` alone. A carrier that cannot
   * be written is left as it is.
   */
  inject(context: Context, carrier: unknown, setter: TextMapSetter = defaultTextMapSetter): void {
    if (carrier === null || carrier === undefined) return;
    try {
      this.#write(context, carrier, setter);
    } catch (error) {
      // A request whose headers are sent, a frozen object: the call goes out without ours.
      diag.debug(`meshtrace: a carrier could not be written: ${errorLine(error)}`);
    }
  }

  /** Returns the headers of the configured formats, and `x-request-id`. */
  fields(): string[] {
    return [...this.#set.fields];
  }

  #write(context: Context, carrier: unknown, setter: TextMapSetter): void {
    const known = knowsCarrier(setter);
    if (isTracingSuppressed(context)) {
      const headers = suppressedHeaders(known, this.#set);
      if (known) writeCarrier(carrier, headers, NOTHING_PASSED, this.#set);
      else writeFields(carrier, setter, headers, NOTHING_PASSED, this.#set);
      return;
    }
    const state = meshState(context);
    const span = spanOf(context);
    // Headers that the app copied by hand, or a proxy hands on: the trace that they name goes on.
    // An adapter's own setter is used where that is decided already.
    if (state === undefined && span === undefined && writesProperty(setter)) {
      if (isEmptyObject(carrier) || this.#namesTrace(carrier)) return;
    }
    const headers = outgoingHeaders(context, span, state, known, this.#set);
    const passThrough = state === undefined ? NOTHING_PASSED : passedFrom(span, state);
    if (!known) writeFields(carrier, setter, headers, passThrough, this.#set);
    else if (writesProperty(setter)) writeCarrier(carrier, headers, passThrough, this.#set);
    else writeCarrier(carrier, headers, absentFrom(carrier as HeaderCarrier, passThrough), this.#set);
  }

  #namesTrace(carrier: unknown): boolean {
    return hasIds(readCarrier(carrier, defaultTextMapGetter, this.#quiet)?.extracted);
  }
}

/**
 * The pass-through headers that an outgoing request does not have: a value that the app set for its
 * call takes precedence, except for the request ID, which is the mesh's. Other carriers may be used
 * again, for the request of someone else.
 */
function absentFrom(carrier: HeaderCarrier, passThrough: readonly string[]): readonly string[] {
  if (isRequestId(passThrough)) return passThrough;
  const absent: string[] = [];
  for (let index = 0; index < passThrough.length; index += 2) {
    const name = passThrough[index] as string;
    if (name === REQUEST_ID || isAbsent(carrier.get(name))) absent.push(name, passThrough[index + 1] as string);
  }
  return absent;
}

function neverThrowing(onMalformed: MeshPropagatorOptions["onMalformed"]): (header: string) => void {
  return (header) => {
    try {
      onMalformed?.(header);
    } catch (error) {
      diag.debug(`meshtrace: onMalformed threw ${errorLine(error)}`);
    }
  };
}

function remoteSpanContext(extracted: TraceContext, tracestate: string | undefined): SpanContext {
  // A deferred decision counts as sampled here: set-ups without our sampler ask the flag, and
  // "undecided" must not become "no" in them.
  const traceFlags = extracted.sampling === "deny" ? TraceFlags.NONE : TraceFlags.SAMPLED;
  const { traceId, spanId } = extracted;
  return tracestate === undefined
    ? { traceId, spanId, traceFlags, isRemote: true }
    : { traceId, spanId, traceFlags, isRemote: true, traceState: new MeshTraceState(tracestate) };
}

/** propagator-b3 writes the value as it is: "1" into `x-b3-flags`, "d" into `b3`. */
function debugContext(context: Context, { raw }: MeshState): Context {
  return context.setValue(B3_DEBUG_KEY, firstValue(raw?.flags) === "1" ? "1" : "d");
}
