/**
 * OpenTelemetry's forms of a time, as SDK 2.x and 3.x read them: milliseconds since the epoch,
 * milliseconds of `performance.now()`, `Date`, and `HrTime`.
 *
 * Spec: https://opentelemetry.io/docs/specs/otel/trace/api/#timestamp
 */
import type { HrTime, TimeInput } from "@opentelemetry/api";
import { monotonicNow } from "./clock.js";

const NANOSECONDS = 1_000_000_000;
const { getTime } = Date.prototype;

/** Returns whether `value` is a time in any form. An object that throws when it is read is none. */
export function isTimeInput(value: unknown): value is TimeInput {
  return typeof value === "number" || timeOf(value) !== undefined;
}

/**
 * Returns the time as `HrTime`; `undefined` for a value that is no time. `origin`: see clock.ts.
 */
export function hrTimeOf(value: unknown, origin: number): HrTime | undefined {
  if (typeof value === "number") return fromMilliseconds(value <= monotonicNow() ? value + origin : value);
  const time = timeOf(value);
  return typeof time === "number" ? fromMilliseconds(time) : time;
}

/** Returns whole microseconds as `HrTime`. */
export function fromMicroseconds(micros: number): HrTime {
  const seconds = Math.floor(micros / 1_000_000);
  return [seconds, (micros - seconds * 1_000_000) * 1000];
}

/** Returns `end - start`, with nanoseconds that are never negative. */
export function difference(start: HrTime, end: HrTime): HrTime {
  const seconds = end[0] - start[0];
  const nanoseconds = end[1] - start[1];
  return nanoseconds < 0 ? [seconds - 1, nanoseconds + NANOSECONDS] : [seconds, nanoseconds];
}

function fromMilliseconds(milliseconds: number): HrTime {
  return [Math.trunc(milliseconds / 1000), Math.round((milliseconds % 1000) * 1_000_000)];
}

/**
 * Returns a copy of an `HrTime`, or the milliseconds of a `Date`; `undefined` for every other
 * value.
 */
function timeOf(value: unknown): HrTime | number | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  try {
    if (isHrTime(value)) return [value[0], value[1]];
    // By its tag: a Date of another realm (Jest, vm) is a Date too.
    return Object.prototype.toString.call(value) === "[object Date]" ? getTime.call(value as Date) : undefined;
  } catch {
    return undefined;
  }
}

function isHrTime(value: unknown): value is HrTime {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === "number" && typeof value[1] === "number";
}
