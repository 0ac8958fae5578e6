import { randomUUID } from "node:crypto";
import type { IdGenerator } from "../tracer/readable-span.js";
import { pendingJoin } from "./pending-join.js";

/**
 * Generates the IDs of a tracer provider whose SERVER spans take their caller's ID: random IDs, except for a span that
 * joins. Pass it as `idGenerator` to a tracer provider or `NodeSDK`, and the provider to `shareSpans`.
 *
 * @example
 * const provider = new NodeTracerProvider({ idGenerator: new SharedSpanIdGenerator(), sampler: new MeshSampler() });
 * shareSpans(provider);
 */
export class SharedSpanIdGenerator implements IdGenerator {
  readonly #random: IdGenerator;
  readonly #pending = pendingJoin();

  /** `random` generates the IDs of spans that do not join. Default: random IDs. */
  constructor(random: IdGenerator = RANDOM_IDS) {
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

/** Random IDs. */
export const RANDOM_IDS: IdGenerator = {
  generateSpanId: sixteenHexCharacters,
  generateTraceId: () => sixteenHexCharacters() + sixteenHexCharacters(),
};

/** A version 4 UUID is random except for six bits, which are left out here (RFC 9562, section 5.4). */
function sixteenHexCharacters(): string {
  const uuid = randomUUID();
  return uuid.slice(0, 8) + uuid.slice(9, 13) + uuid.slice(24, 28);
}
