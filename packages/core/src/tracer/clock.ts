/**
 * The clock of spans: Node's monotonic clock on an origin that follows the system's time.
 *
 * All spans of a local trace use the origin of its first span, so that children lie inside their
 * parents. A new trace takes a new origin when the two clocks have drifted apart: a monotonic clock
 * alone is off by seconds after some days.
 */
import { performance } from "node:perf_hooks";

// Taken at load: fake timers replace the members of the globals.
const { now: nowDate } = Date;
const monotonic = performance.now.bind(performance);

/** How often the origin is compared with the system's time. */
const CHECK_INTERVAL_MS = 1000;
/** `Date.now()` is truncated to milliseconds; less than this is no drift. */
const MAX_DRIFT_MS = 2;

let origin = performance.timeOrigin;
let checkedAt = Number.NEGATIVE_INFINITY;

/** Returns milliseconds of the monotonic clock, with a fraction. */
export const monotonicNow = monotonic;

/** Returns the origin for a span that starts a local trace, in milliseconds since the epoch. */
export function currentOrigin(): number {
  const now = monotonic();
  if (now - checkedAt < CHECK_INTERVAL_MS) return origin;
  checkedAt = now;
  const drift = nowDate() - (origin + now);
  if (Math.abs(drift) > MAX_DRIFT_MS) origin += drift;
  return origin;
}
