/**
 * Everything that builds a part of OpenTelemetry's SDK. Its next major line changes this file.
 */
import { type Attributes, context, propagation, type TextMapPropagator, type Tracer, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  NodeTracerProvider,
  RandomIdGenerator,
  type Sampler,
  type SpanLimits,
  type SpanProcessor,
} from "@opentelemetry/sdk-trace-node";
import { MeshSampler } from "../sampling/mesh-sampler.js";
import type { Contexts } from "./context-manager.js";
import { JoinIdGenerator } from "./ids.js";
import { JoiningTracer } from "./tracer.js";

export interface ProviderSettings {
  readonly resource: Attributes;
  /** Asked for roots and deferred decisions; the mesh decides the rest. */
  readonly sampler: Sampler;
  readonly sharedSpan: boolean;
  readonly debugPerSecond: number;
  readonly limits: SpanLimits;
  readonly processors: readonly SpanProcessor[];
}

/** A tracer provider whose SERVER spans join the caller's. */
export class JoiningTracerProvider extends NodeTracerProvider {
  readonly #ids: JoinIdGenerator;
  readonly #sharedSpan: boolean;
  readonly #tracers = new WeakMap<Tracer, Tracer>();

  constructor(settings: ProviderSettings) {
    const ids = new JoinIdGenerator(new RandomIdGenerator());
    super({
      resource: resourceFromAttributes(settings.resource),
      sampler: new MeshSampler(settings.sampler, settings.debugPerSecond),
      spanLimits: settings.limits,
      idGenerator: ids,
      spanProcessors: [...settings.processors],
    });
    this.#ids = ids;
    this.#sharedSpan = settings.sharedSpan;
  }

  override getTracer(
    ...scope: Parameters<NodeTracerProvider["getTracer"]>
  ): ReturnType<NodeTracerProvider["getTracer"]> {
    const sdk = super.getTracer(...scope);
    let tracer = this.#tracers.get(sdk);
    if (tracer === undefined) {
      tracer = new JoiningTracer(sdk, this.#ids, this.#sharedSpan);
      this.#tracers.set(sdk, tracer);
    }
    return tracer as ReturnType<NodeTracerProvider["getTracer"]>;
  }
}

/** The provider that `settings` describe. */
export function createProvider(settings: ProviderSettings): JoiningTracerProvider {
  return new JoiningTracerProvider(settings);
}

/** What came of registering with OpenTelemetry's API. */
export interface Registration {
  /** What somebody else had registered first, or another version of the API keeps; empty when all is in force. */
  readonly refused: readonly string[];
  /** Our own context manager where it was taken: asked directly, it saves a look-up at every use. */
  readonly contexts: Contexts | undefined;
  /** Takes out what was put in, so that something else can be registered. */
  readonly undo: () => void;
}

/** Registers provider, context manager and propagator; without a provider the other two, which forwarding needs. */
export function registerGlobally(
  provider: JoiningTracerProvider | undefined,
  propagator: TextMapPropagator,
): Registration {
  const refused: string[] = [];
  const registered: { disable(): void }[] = [];
  const note = (taken: boolean, api: { disable(): void }, name: string): boolean => {
    if (taken) registered.push(api);
    else refused.push(name);
    return taken;
  };
  if (provider !== undefined) note(trace.setGlobalTracerProvider(provider), trace, "tracer provider");
  const manager = new AsyncLocalStorageContextManager().enable();
  const ours = note(context.setGlobalContextManager(manager), context, "context manager");
  note(propagation.setGlobalPropagator(propagator), propagation, "propagator");
  const undo = (): void => {
    for (const api of registered) api.disable();
  };
  return { refused, contexts: ours ? (manager as Contexts) : undefined, undo };
}
