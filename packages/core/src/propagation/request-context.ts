/**
 * What a request brought along, carried in an OpenTelemetry context.
 */
import { type Context, createContextKey, propagation, ROOT_CONTEXT, type Span } from "@opentelemetry/api";
import type { ContextHeaders } from "../headers/context-headers.js";
import type { Family } from "../headers/families.js";
import { REQUEST_ID } from "../headers/names.js";
import type { Extracted } from "../headers/trace-context.js";

/** What the propagator found on a carrier, for the lifetime of the request. */
export interface MeshState {
  /** The chosen context or decision; `undefined` when the carrier had none. */
  readonly extracted: Extracted;
  /** The family that `extracted` came in. */
  readonly from: Family | undefined;
  /** The families in which a call answers; empty: all that the propagator is configured for. */
  readonly answersIn: readonly Family[];
  /** `tracestate` without our mark. */
  readonly tracestate: string | undefined;
  /** Pass-through headers, name and value in turn. */
  readonly passThrough: readonly string[];
  /** Whether `traceparent` came with the random flag. */
  readonly random?: boolean;
  /** Whether B3 came with the low half of the trace ID alone. */
  readonly narrowB3?: boolean;
  /** The headers as they came, for requests that are only forwarded. */
  readonly raw?: ContextHeaders | undefined;
}

// createContextKey() gives the same symbol for the same text in every copy of the API and of this
// package: the ESM and the CommonJS build read each other's contexts.
const MESH_KEY = createContextKey("meshtrace mesh state");
/** The key under which `trace.setSpan` of the OpenTelemetry API keeps the active span. */
const SPAN_KEY = createContextKey("OpenTelemetry Context Key SPAN");

/**
 * The key of @opentelemetry/propagator-b3, so that either propagator can inject what the other
 * extracted.
 */
export const B3_DEBUG_KEY = createContextKey("OpenTelemetry Context Key B3 Debug Flag");

/**
 * The key of @opentelemetry/core's RPC metadata, under which instrumentations of frameworks look
 * for the SERVER span, and for the place of its route.
 */
const RPC_METADATA_KEY = createContextKey("OpenTelemetry SDK Context Key RPC_METADATA");

/** The mesh state of a context; `undefined` where our propagator has not extracted. */
export function meshState(context: Context): MeshState | undefined {
  return context.getValue(MESH_KEY) as MeshState | undefined;
}

/** The active span; as `trace.getSpan`, without the way through OpenTelemetry's API. */
export function spanOf(context: Context): Span | undefined {
  return context.getValue(SPAN_KEY) as Span | undefined;
}

/** `context` with mesh state, and with a remote span where the carrier named one. */
export function withMeshState(context: Context, state: MeshState, span: Span | undefined): Context {
  // Servers extract into the root, which holds nothing.
  if (context === ROOT_CONTEXT) return new RequestContext(context, state, span);
  return new RequestContext(
    context,
    state,
    span ?? (context.getValue(SPAN_KEY) as Span | undefined),
    context.getValue(RPC_METADATA_KEY),
  );
}

/** `context` with the SERVER span of a request and its RPC metadata. */
export function withServerSpan(context: Context, span: Span, rpcMetadata: object): Context {
  return RequestContext.withServerSpan(context, span, rpcMetadata);
}

/**
 * Returns the context of a request whose trace is not continued: of all that the caller sent only
 * `x-request-id` goes on. No decision, no debug flag, no `tracestate`, no baggage, no other
 * vendor's context.
 */
export function restartedContext(context: Context): Context {
  const passed = meshState(context)?.passThrough ?? [];
  const at = passed.findIndex((text, index) => index % 2 === 0 && text === REQUEST_ID);
  const state: MeshState = {
    extracted: undefined,
    from: undefined,
    answersIn: [],
    tracestate: undefined,
    passThrough: at < 0 ? [] : passed.slice(at, at + 2),
  };
  const rest = propagation.deleteBaggage(context.deleteValue(SPAN_KEY)).deleteValue(B3_DEBUG_KEY);
  return withMeshState(rest, state, undefined);
}

/**
 * A context that keeps the values which every request has in fields. OpenTelemetry's own copies
 * a Map at each `setValue`; here a new span costs one small object.
 */
class RequestContext implements Context {
  readonly #rest: Context;
  readonly #state: MeshState | undefined;
  readonly #span: Span | undefined;
  readonly #rpcMetadata: unknown;

  constructor(rest: Context, state: MeshState | undefined, span: Span | undefined, rpcMetadata?: unknown) {
    this.#rest = rest;
    this.#state = state;
    this.#span = span;
    this.#rpcMetadata = rpcMetadata;
  }

  static withServerSpan(context: Context, span: Span, rpcMetadata: object): Context {
    return #rest in context
      ? new RequestContext(context.#rest, context.#state, span, rpcMetadata)
      : new RequestContext(context, meshState(context), span, rpcMetadata);
  }

  getValue(key: symbol): unknown {
    if (key === SPAN_KEY) return this.#span;
    if (key === MESH_KEY) return this.#state;
    if (key === RPC_METADATA_KEY) return this.#rpcMetadata;
    return this.#rest === ROOT_CONTEXT ? undefined : this.#rest.getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    if (key === SPAN_KEY) return new RequestContext(this.#rest, this.#state, value as Span, this.#rpcMetadata);
    if (key === MESH_KEY) return new RequestContext(this.#rest, value as MeshState, this.#span, this.#rpcMetadata);
    if (key === RPC_METADATA_KEY) return new RequestContext(this.#rest, this.#state, this.#span, value);
    return new RequestContext(this.#rest.setValue(key, value), this.#state, this.#span, this.#rpcMetadata);
  }

  deleteValue(key: symbol): Context {
    if (key === SPAN_KEY || key === MESH_KEY || key === RPC_METADATA_KEY) return this.setValue(key, undefined);
    return new RequestContext(this.#rest.deleteValue(key), this.#state, this.#span, this.#rpcMetadata);
  }
}
