import type { HrTime } from "@opentelemetry/api";

/** Whole microseconds since the epoch; 0 for what is no time. */
export function microseconds(time: HrTime): number {
  const value = time[0] * 1_000_000 + Math.floor(time[1] / 1000);
  return Number.isSafeInteger(value) && value > 0 ? value : 0;
}

/** Whole microseconds, at least 1: backends take 0 for "not known", and a clock set back makes no negative duration. */
export function durationMicroseconds(duration: HrTime): number {
  return Math.max(microseconds(duration), 1);
}
