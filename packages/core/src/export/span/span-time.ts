/** Times that a caller passed, as the whole microseconds that backends can hold. */
import type { HrTime } from "@opentelemetry/api";
import { microseconds } from "../../tracer/span-record.js";

/** Returns `micros`, or `min` for a number that is smaller, too large, or none. */
export function safeMicros(micros: number, min: number): number {
  return Number.isSafeInteger(micros) && micros >= min ? micros : min;
}

/** Returns an event's time in whole microseconds since the epoch; 0 for an invalid one. */
export function eventMicros(time: HrTime): number {
  return Array.isArray(time) ? microseconds(time) : 0;
}
