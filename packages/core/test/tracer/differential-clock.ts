/**
 * A clock that both tracers read. Import this before anything that keeps a reference to the clocks
 * of the process. It replaces them for good, and passes through to them except inside `withClock`.
 * Whole milliseconds, so that no conversion rounds.
 */
import { performance } from "node:perf_hooks";

const START_MS = 5000;
// Late in its second: the SDK gives times before the origin negative nanoseconds otherwise, ours
// never.
const timeOrigin = Math.floor(performance.timeOrigin / 1000) * 1000 + 900;
const realNow = performance.now.bind(performance);
const realDateNow = Date.now.bind(Date);
let current: number | undefined;

Object.defineProperties(performance, {
  timeOrigin: { value: timeOrigin, configurable: true },
  now: { value: () => current ?? realNow(), configurable: true, writable: true },
});
Date.now = () => (current === undefined ? realDateNow() : timeOrigin + current);

/** Runs `work` with a clock that starts at the same time on each call, and moves only by `tick`. */
export function withClock<Result>(work: () => Result): Result {
  current = START_MS;
  try {
    return work();
  } finally {
    current = undefined;
  }
}

/** Moves the clock of `withClock`. */
export function tick(milliseconds: number): void {
  if (current !== undefined) current += milliseconds;
}
