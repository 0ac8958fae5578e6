/**
 * The limits of a span, resolved: each is a number.
 *
 * Spec: https://opentelemetry.io/docs/specs/otel/trace/sdk/#span-limits
 */
import type { SpanLimits } from "./readable-span.js";

export type ResolvedLimits = Readonly<Required<SpanLimits>>;

const DEFAULT_COUNT = 128;

/**
 * Returns the limits with OpenTelemetry's defaults: 128 of each, no limit of length. A length of 0
 * or less is no limit.
 */
export function resolveLimits(limits: SpanLimits = {}): ResolvedLimits {
  const length = limits.attributeValueLengthLimit ?? Number.POSITIVE_INFINITY;
  return {
    attributeValueLengthLimit: length > 0 ? length : Number.POSITIVE_INFINITY,
    attributeCountLimit: limits.attributeCountLimit ?? DEFAULT_COUNT,
    eventCountLimit: limits.eventCountLimit ?? DEFAULT_COUNT,
    linkCountLimit: limits.linkCountLimit ?? DEFAULT_COUNT,
    attributePerEventCountLimit: limits.attributePerEventCountLimit ?? DEFAULT_COUNT,
    attributePerLinkCountLimit: limits.attributePerLinkCountLimit ?? DEFAULT_COUNT,
  };
}
