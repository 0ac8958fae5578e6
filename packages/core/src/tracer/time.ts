/**
 * OpenTelemetry's forms of a time, as SDK 2.x and 3.x read them: milliseconds since the epoch, milliseconds of
 * `performance.now()`, `Date`, and `HrTime`.
 *
 * Spec: https://opentelemetry.io/docs/specs/otel/trace/api/#timestamp
 */
import type { HrTime, TimeInput } from "@opentelemetry/api";
import { monotonicNow } from "./clock.js";

const NANOSECONDS = 1_000_000_000;

/** Returns whether `value` is a time in any form. Errors of hostile objects count as no. */
export function isTimeInput(value: unknown): value is TimeInput {
  return typeof value === "number" || isHrTime(value) || isDate(value);
}

/** Returns the time as `HrTime`; `undefined` for a value that is no time. `origin`: see clock.ts. */
export function hrTimeOf(value: unknown, origin: number): HrTime | undefined {
  if (typeof value === "number") return fromMilliseconds(value <= monotonicNow() ? value + origin : value);
  if (isHrTime(value)) return value;
  return isDate(value) ? fromMilliseconds(value.getTime()) : undefined;
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

function isHrTime(value: unknown): value is HrTime {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === "number" && typeof value[1] === "number";
}

// By its tag: a Date of another realm (Jest, vm) is a Date too.
function isDate(value: unknown): value is Date {
  return (
    typeof value === "object" &&
    value !== null &&
    Object.prototype.toString.call(value) === "[object Date]" &&
    hasTime(value)
  );
}

function hasTime(value: object): boolean {
  return typeof (value as Partial<Date>).getTime === "function";
}
