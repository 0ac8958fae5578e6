/**
 * Which tracing is in force in this process: what adapters ask before each request. Kept where the ESM and the CommonJS
 * build find the same one.
 */
import {
  type Context,
  context as contextApi,
  ROOT_CONTEXT,
  type TextMapPropagator,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import type { PropagateTo, Trust } from "../config/options.js";
import { MeshPropagator } from "../propagation/mesh-propagator.js";
import { AsyncLocalStorageContextManager, type Contexts } from "../tracer/context-manager.js";

/** What an adapter needs to know of the tracing in force. */
export interface AdapterTracing {
  /** False before `initTracing()` and when it was disabled: headers are forwarded, and no spans are made. */
  readonly enabled: boolean;
  readonly propagator: TextMapPropagator;
  readonly tracer: Tracer;
  readonly propagateTo: PropagateTo;
  readonly trust: Trust;
  readonly contexts: Contexts;
  /** Counts a call that went out without headers because its host is no propagation target. */
  notPropagatedTo(host: string): void;
}

const REGISTRY: unique symbol = Symbol.for("meshtrace.active-tracing.v1") as never;
const registry = globalThis as { [REGISTRY]?: AdapterTracing };

let fallback: AdapterTracing | undefined;

/** The tracing in force; before `initTracing()` one that only forwards headers. Never undefined. */
export function adapterTracing(): AdapterTracing {
  fallback ??= forwardingOnly();
  return registry[REGISTRY] ?? fallback;
}

/** Puts a tracing in force for every adapter of this process; `undefined` takes it out. */
export function setActiveTracing(tracing: AdapterTracing | undefined): void {
  if (tracing === undefined) delete registry[REGISTRY];
  else registry[REGISTRY] = tracing;
}

function forwardingOnly(): AdapterTracing {
  return {
    enabled: false,
    propagator: new MeshPropagator(),
    tracer: trace.getTracer("@meshtrace/core"),
    propagateTo: "mesh",
    trust: "continue",
    contexts: contextsWithoutManager(),
    notPropagatedTo() {},
  };
}

/**
 * Contexts for a process in which nobody may have registered a context manager that we can reach: OpenTelemetry's API
 * holds none then, and headers could not be forwarded. Ours is not registered, so that whoever comes later still can.
 */
export function contextsWithoutManager(): Contexts {
  const own = new AsyncLocalStorageContextManager();
  return {
    active() {
      const registered = contextApi.active();
      return registered === ROOT_CONTEXT ? own.active() : registered;
    },
    with: (context, work, self, ...given) =>
      own.with(
        context,
        () => contextApi.with(context, work as never, self as never, ...given) as ReturnType<typeof work>,
      ),
  };
}
