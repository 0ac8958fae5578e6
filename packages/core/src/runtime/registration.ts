/**
 * Registers our provider, context manager and propagator with OpenTelemetry's API, in any of its
 * versions that the process has loaded.
 */
import {
  context,
  type ProxyTracerProvider,
  propagation,
  type TextMapPropagator,
  type TracerProvider,
  trace,
} from "@opentelemetry/api";
import { AsyncLocalStorageContextManager, type Contexts } from "../tracer/context-manager.js";
import { serveNewerVersions } from "./api-version.js";

/** What came of registering with OpenTelemetry's API. */
export interface Registration {
  /**
   * The names of the parts that another library had registered before; empty when all our parts are
   * in force.
   */
  readonly refused: readonly string[];
  /**
   * Our own context manager if it was accepted: asked directly, it saves a look-up at every use.
   */
  readonly contexts: Contexts | undefined;
  /** Takes out what was registered and is still in force, so that something else can be. */
  readonly undo: () => void;
}

/** A part that the API keeps one of. */
interface Part {
  readonly key: "trace" | "context" | "propagation";
  readonly name: string;
  readonly api: { disable(): void };
  /** Returns whether the API accepted it. */
  readonly register: () => boolean;
  readonly isInForce: () => boolean;
}

/**
 * Registers provider, context manager and propagator; without a provider the other two, which
 * forwarding needs.
 */
export function registerGlobally(provider: TracerProvider | undefined, propagator: TextMapPropagator): Registration {
  const manager = new AsyncLocalStorageContextManager();
  const { accepted, refused } = register(partsOf(provider, manager, propagator));
  return registration(accepted, refused, manager, refused.length === 0 ? serveNewerVersions() : () => {});
}

/**
 * Registers what the API lacks beside the provider of the app, which may have registered
 * everything: a second registration would log an error.
 */
export function registerMissing(provider: TracerProvider, propagator: TextMapPropagator): Registration {
  const manager = new AsyncLocalStorageContextManager();
  const present = registeredParts();
  const missing = partsOf(provider, manager, propagator).filter(({ key }) => present[key] === undefined);
  return registration(register(missing).accepted, [], manager, () => {});
}

function partsOf(
  provider: TracerProvider | undefined,
  manager: AsyncLocalStorageContextManager,
  propagator: TextMapPropagator,
): Part[] {
  const tracers: Part[] =
    provider === undefined
      ? []
      : [
          {
            key: "trace",
            name: "tracer provider",
            api: trace,
            register: () => trace.setGlobalTracerProvider(provider),
            isInForce: () => (trace.getTracerProvider() as Partial<ProxyTracerProvider>).getDelegate?.() === provider,
          },
        ];
  return [
    ...tracers,
    {
      key: "context",
      name: "context manager",
      api: context,
      register: () => context.setGlobalContextManager(manager),
      isInForce: () => registeredParts().context === manager,
    },
    {
      key: "propagation",
      name: "propagator",
      api: propagation,
      register: () => propagation.setGlobalPropagator(propagator),
      isInForce: () => registeredParts().propagation === propagator,
    },
  ];
}

function register(parts: readonly Part[]): { accepted: Part[]; refused: string[] } {
  const accepted: Part[] = [];
  const refused: string[] = [];
  for (const part of parts) {
    if (part.register()) accepted.push(part);
    else refused.push(part.name);
  }
  return { accepted, refused };
}

function registration(
  accepted: readonly Part[],
  refused: readonly string[],
  manager: AsyncLocalStorageContextManager,
  restore: () => void,
): Registration {
  const contexts = accepted.some(({ key }) => key === "context") ? manager : undefined;
  const undo = (): void => {
    restore();
    for (const { api, isInForce } of accepted) if (isInForce()) api.disable();
  };
  return { refused, contexts, undo };
}

/** Returns what any copy of the API 1.x has registered. */
function registeredParts(): Partial<Record<Part["key"], unknown>> {
  return (globalThis as Record<symbol, object | undefined>)[Symbol.for("opentelemetry.js.api.1")] ?? {};
}
