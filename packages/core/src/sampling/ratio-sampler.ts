/**
 * Samples a share of all traces, decided by the trace ID alone, by the same rule as OpenTelemetry's
 * TraceIdRatioBased: every service with the same ratio decides alike.
 *
 * Spec: https://opentelemetry.io/docs/specs/otel/trace/sdk/#traceidratiobased
 */
import { NOT_RECORD, RECORD_AND_SAMPLED, type Sampler } from "./sampler.js";

const ALL = 0xffffffff;

/**
 * Returns a sampler for `ratio` from 0 to 1; a value outside is clamped, and what is no number
 * counts as 0.
 */
export function ratioSampler(ratio: number): Sampler {
  const share = Number.isNaN(ratio) ? 0 : Math.min(Math.max(ratio, 0), 1);
  const bound = share === 1 ? ALL + 1 : Math.floor(share * ALL);
  return {
    shouldSample: (_context, traceId) => ({ decision: folded(traceId) < bound ? RECORD_AND_SAMPLED : NOT_RECORD }),
    toString: () => `TraceIdRatioBased{${share}}`,
  };
}

/** Returns the four words of a trace ID, combined by XOR. */
function folded(traceId: string): number {
  let sum = 0;
  for (let start = 0; start < 32; start += 8) sum ^= Number.parseInt(traceId.slice(start, start + 8), 16);
  return sum >>> 0;
}
