/**
 * Node's own timers and clock, taken when this module loads: in a DOM environment the global timers
 * return numbers, and tests replace the global ones for a while.
 */
import { performance } from "node:perf_hooks";
import * as timers from "node:timers";

export const { setTimeout, clearTimeout, setImmediate } = timers;

/** Returns milliseconds of a clock that never goes back. */
export const now: () => number = performance.now.bind(performance);
