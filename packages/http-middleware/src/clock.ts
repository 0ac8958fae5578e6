/**
 * Node's own timers and clocks, taken when this module loads: in a DOM environment the global
 * timers return numbers, and tests replace the global ones for a while.
 */
import { performance } from "node:perf_hooks";
import * as timers from "node:timers";

export const { setTimeout, setImmediate } = timers;

/** Returns milliseconds of a clock that never goes back. */
export const monotonicNow: () => number = performance.now.bind(performance);

/** Returns milliseconds since the epoch. */
export const { now: dateNow } = Date;
