import { RandomIdGenerator } from "../tracer/ids.js";
import type { IdGenerator } from "../tracer/readable-span.js";
import { pendingJoin } from "./pending-join.js";

/**
 * Generates the IDs of a tracer provider whose SERVER spans take their caller's ID: random IDs,
 * except for a span that joins. Pass it as `idGenerator` to a tracer provider or `NodeSDK`, and the
 * provider to `shareSpans`.
 *
 * @example
 * const idGenerator = new SharedSpanIdGenerator();
 * shareSpans(new NodeTracerProvider({ idGenerator, sampler: new MeshSampler() }));
 */
export class SharedSpanIdGenerator implements IdGenerator {
  readonly #random: IdGenerator;
  readonly #pending = pendingJoin();

  /** `random` generates the IDs of spans that do not join. Default: random IDs. */
  constructor(random: IdGenerator = new RandomIdGenerator()) {
    this.#random = random;
  }

  generateSpanId(): string {
    const { spanId } = this.#pending;
    if (spanId === undefined) return this.#random.generateSpanId();
    this.#pending.spanId = undefined;
    return spanId;
  }

  generateTraceId(): string {
    const { traceId } = this.#pending;
    if (traceId === undefined) return this.#random.generateTraceId();
    this.#pending.traceId = undefined;
    return traceId;
  }
}
