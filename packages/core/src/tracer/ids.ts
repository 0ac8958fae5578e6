/**
 * The ID generator of a joining provider: random, but for the one span that takes over its caller's ID.
 */
import type { IdGenerator } from "@opentelemetry/sdk-trace-node";

/**
 * OpenTelemetry's tracer asks for the span ID first of all, before it calls samplers and processors; so an ID set
 * directly before `startSpan` is taken by that span, and not by one that a sampler or `onStart` starts meanwhile.
 */
export class JoinIdGenerator implements IdGenerator {
  readonly #random: IdGenerator;
  #spanId: string | undefined;
  #traceId: string | undefined;

  constructor(random: IdGenerator) {
    this.#random = random;
  }

  /** The next span gets `spanId`; where it is a root as well, the trace gets `traceId`. */
  join(spanId: string, traceId: string | undefined): void {
    this.#spanId = spanId;
    this.#traceId = traceId;
  }

  /** After `startSpan`: what it did not take is nobody's. */
  release(): void {
    this.#spanId = undefined;
    this.#traceId = undefined;
  }

  readonly generateSpanId = (): string => {
    const joined = this.#spanId;
    if (joined === undefined) return this.#random.generateSpanId();
    this.#spanId = undefined;
    return joined;
  };

  readonly generateTraceId = (): string => {
    const joined = this.#traceId;
    if (joined === undefined) return this.#random.generateTraceId();
    this.#traceId = undefined;
    return joined;
  };
}
