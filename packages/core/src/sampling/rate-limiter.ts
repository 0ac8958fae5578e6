import { performance } from "node:perf_hooks";
import { NOT_RECORD, RECORD_AND_SAMPLED, type Sampler } from "./sampler.js";

/** Allows a number of events in any second. */
export interface RateLimiter {
  /** Returns whether one more is within the rate, and counts it if so. */
  take(): boolean;
}

// Taken at load: tests replace the members of the globals.
const monotonic = performance.now.bind(performance);

const SECOND_MS = 1000;

/**
 * Returns a limiter of at most `limit` takes in any window of a second, by the monotonic clock. A
 * limit of 0 or less allows none; one below 1 allows one take every `1 / limit` seconds.
 */
export function perSecond(limit: number, now: () => number = monotonic): RateLimiter {
  if (!(limit > 0)) return { take: () => false };
  if (limit === Number.POSITIVE_INFINITY) return { take: () => true };
  const count = Math.max(Math.floor(limit), 1);
  const windowMs = (count / limit) * SECOND_MS;
  // The times of the last takes, the oldest at `next`. Grows with use: a high limit that is never
  // used takes no memory.
  const times: number[] = [];
  let next = 0;
  return {
    take() {
      const time = now();
      if (times.length < count) {
        times.push(time);
        return true;
      }
      if (time - (times[next] as number) < windowMs) return false;
      times[next] = time;
      next = (next + 1) % count;
      return true;
    },
  };
}

/** Returns a sampler of at most `limit` traces in any second. */
export function perSecondSampler(limit: number): Sampler {
  const limiter = perSecond(limit);
  return {
    shouldSample: () => ({ decision: limiter.take() ? RECORD_AND_SAMPLED : NOT_RECORD }),
    toString: () => `perSecond{${limit}}`,
  };
}
