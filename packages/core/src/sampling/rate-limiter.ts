import { type Sampler, SamplingDecision } from "@opentelemetry/sdk-trace-node";

/** A token bucket: so many a second, and no more than one second's worth saved up. */
export interface RateLimiter {
  /** Whether one more is within the rate; takes it when it is. */
  take(): boolean;
}

/**
 * At most `limit` takes in any second, by the monotonic clock; 0 and less: none. A rate below one a second saves up
 * to one.
 */
export function perSecond(limit: number, now: () => number = () => performance.now()): RateLimiter {
  const capacity = limit > 0 ? Math.max(limit, 1) : 0;
  let tokens = capacity;
  let last = now();
  return {
    take() {
      const time = now();
      tokens = Math.min(capacity, tokens + ((time - last) / 1000) * Math.max(limit, 0));
      last = time;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}

/** Samples at most `limit` traces a second. */
export function perSecondSampler(limit: number): Sampler {
  const limiter = perSecond(limit);
  return {
    shouldSample: () => ({
      decision: limiter.take() ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD,
    }),
    toString: () => `perSecond{${limit}}`,
  };
}
