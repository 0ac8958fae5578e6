/**
 * OpenTelemetry's sampler interface, as SDK 2.x and 3.x both declare it.
 *
 * Spec: https://opentelemetry.io/docs/specs/otel/trace/sdk/#sampler
 */
import type { Attributes, Context, Link, SpanKind, TraceState } from "@opentelemetry/api";

/** A sampler's decision. The numbers are OpenTelemetry's. */
export type SamplingDecision = 0 | 1 | 2;

export const NOT_RECORD = 0;
// 1, RECORD: the span is recorded for processors, and not exported.
export const RECORD_AND_SAMPLED = 2;

/** Decision of a sampler. */
export interface SamplingResult {
  /** Whether the span is recorded and sampled. */
  readonly decision: SamplingDecision;
  /** Added to the span's attributes. */
  readonly attributes?: Readonly<Attributes>;
  /** Replaces the parent's trace state. */
  readonly traceState?: TraceState;
}

/** Any sampler of OpenTelemetry's SDK 2.x or 3.x. */
export interface Sampler {
  /** Decides about a span before it starts. */
  shouldSample(
    context: Context,
    traceId: string,
    spanName: string,
    spanKind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult;
  /** Returns a description for logs. */
  toString(): string;
}
