/**
 * Makes tracers whose SERVER spans join the caller's span.
 *
 * Spec: https://opentelemetry.io/docs/specs/otel/trace/sdk/#tracer-provider
 */
import type { TracerProvider as ApiTracerProvider, Attributes } from "@opentelemetry/api";
import type { Sampler } from "../sampling/sampler.js";
import { RandomIdGenerator } from "./ids.js";
import { resolveLimits } from "./limits.js";
import { noticed } from "./overlap.js";
import { ProcessorList } from "./processor-list.js";
import type { IdGenerator, Resource, SpanLimits, SpanProcessor } from "./readable-span.js";
import { resourceOf } from "./resource.js";
import { asText } from "./text.js";
import { Tracer, type TracerSettings } from "./tracer.js";

export interface TracerProviderOptions {
  readonly resource: Attributes;
  readonly sampler: Sampler;
  /** Whether SERVER spans take the caller's span ID. @default true */
  readonly sharedSpan?: boolean;
  readonly limits?: SpanLimits;
  readonly processors?: readonly SpanProcessor[];
  /** @default random IDs */
  readonly idGenerator?: IdGenerator | undefined;
}

export class TracerProvider implements ApiTracerProvider {
  readonly resource: Resource;
  readonly #processors: ProcessorList;
  readonly #settings: TracerSettings;
  readonly #tracers = new Map<string, Tracer>();

  constructor(options: TracerProviderOptions) {
    this.resource = resourceOf(options.resource);
    this.#processors = new ProcessorList(options.processors ?? []);
    const { onStart, onEnding, onEnd } = this.#processors;
    this.#settings = {
      resource: this.resource,
      sampler: options.sampler,
      ids: options.idGenerator ?? new RandomIdGenerator(),
      sharedSpan: options.sharedSpan ?? true,
      limits: resolveLimits(options.limits),
      onStart,
      onEnding,
      onEnd,
    };
  }

  /** Returns the tracer of this name, version and schema: the same one for the same three. */
  getTracer(name: string, version?: string, options?: { schemaUrl?: string }): Tracer {
    const schemaUrl = options?.schemaUrl;
    const key = `${asText(name)}@${version ?? ""}:${schemaUrl ?? ""}`;
    const known = this.#tracers.get(key);
    if (known !== undefined) return known;
    const scope = {
      name: asText(name),
      ...(version === undefined ? {} : { version }),
      ...(schemaUrl === undefined ? {} : { schemaUrl }),
    };
    const tracer = noticed(new Tracer(this.#settings, scope), scope.name);
    this.#tracers.set(key, tracer);
    return tracer;
  }

  /** Resolves when every processor has flushed. Never rejects. */
  forceFlush(): Promise<void> {
    return this.#processors.forceFlush();
  }

  /** Resolves when every processor has shut down. Never rejects. */
  shutdown(): Promise<void> {
    return this.#processors.shutdown();
  }
}
