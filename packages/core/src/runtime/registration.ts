/**
 * Registers our provider, context manager and propagator with OpenTelemetry's API, in any of its versions that the process
 * has loaded.
 */
import { context, propagation, type TextMapPropagator, type TracerProvider, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager, type Contexts } from "../tracer/context-manager.js";
import { serveNewerVersions } from "./api-version.js";

/** What came of registering with OpenTelemetry's API. */
export interface Registration {
  /** What another library had registered before; empty when all of ours is in force. */
  readonly refused: readonly string[];
  /** Our own context manager if it was accepted: asked directly, it saves a look-up at every use. */
  readonly contexts: Contexts | undefined;
  /** Takes out what was registered, so that something else can be. */
  readonly undo: () => void;
}

/** Registers provider, context manager and propagator; without a provider the other two, which forwarding needs. */
export function registerGlobally(provider: TracerProvider | undefined, propagator: TextMapPropagator): Registration {
  const refused: string[] = [];
  const registered: { disable(): void }[] = [];
  const note = (accepted: boolean, api: { disable(): void }, name: string): boolean => {
    if (accepted) registered.push(api);
    else refused.push(name);
    return accepted;
  };
  if (provider !== undefined) note(trace.setGlobalTracerProvider(provider), trace, "tracer provider");
  const manager = new AsyncLocalStorageContextManager();
  const ours = note(context.setGlobalContextManager(manager), context, "context manager");
  note(propagation.setGlobalPropagator(propagator), propagation, "propagator");
  const restore = refused.length === 0 ? serveNewerVersions() : () => {};
  const undo = (): void => {
    restore();
    for (const api of registered) api.disable();
  };
  return { refused, contexts: ours ? manager : undefined, undo };
}
