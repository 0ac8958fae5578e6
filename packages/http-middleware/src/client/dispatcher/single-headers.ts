/**
 * Keeps the headers of a request of undici single where another listener of its channels, such as
 * OpenTelemetry's instrumentation, writes the same set: `addHeader` appends, and undici sends both
 * values.
 */
import { subscribe } from "node:diagnostics_channel";
import { adapterTracing, overlapOf } from "@meshtrace/core/adapter";
import { SpanKind, type TextMapPropagator } from "@opentelemetry/api";
import { findHeader, PairedHeaders } from "../paired-headers.js";

/** What is read and changed of undici's request. */
interface UndiciRequest {
  /** Names and values in turn. */
  readonly headers: unknown[];
  addHeader(name: string, value: string): unknown;
}

/**
 * Returns whether one of our adapters has written the headers of a request, or decided that it gets
 * none.
 */
type IsOurs = (request: object) => boolean;

interface Guard {
  isOurs: IsOurs;
}

// One guard in a process, whichever build of this package (ESM or CommonJS) comes first.
const GUARD: unique symbol = Symbol.for("meshtrace.undici-single-headers.v1") as never;
const shared = globalThis as { [GUARD]?: Guard };

/** The calls of undici and fetch that OpenTelemetry's instrumentation traces as well. */
export const UNDICI_OVERLAP = overlapOf("undici", SpanKind.CLIENT);

/**
 * Starts to guard the requests of every copy of undici. `isOurs`: the requests whose headers stay
 * as they are. On others the later of two values counts, because the headers may be copied from
 * another request.
 */
export function keepHeadersSingle(isOurs?: IsOurs): void {
  shared[GUARD] ??= subscribeTo({ isOurs: () => false });
  if (isOurs !== undefined) shared[GUARD].isOurs = isOurs;
}

function subscribeTo(guard: Guard): Guard {
  const guarded = new WeakSet<object>();
  subscribe("undici:request:create", (message) => {
    const { request } = message as { readonly request: UndiciRequest };
    const shape = Object.getPrototypeOf(request);
    if (guarded.has(shape)) return;
    guarded.add(shape);
    if (typeof shape.addHeader !== "function" || !Array.isArray(request.headers)) return;
    guardHeaders(shape, guard);
    // An earlier listener has been there before the guard.
    removeFirstOfTwo(request.headers);
  });
  return guard;
}

function guardHeaders(shape: UndiciRequest, guard: Guard): void {
  const { addHeader } = shape;
  shape.addHeader = function (this: UndiciRequest, name, value) {
    const lower = String(name).toLowerCase();
    if (namesOf(adapterTracing().propagator).has(lower)) {
      if (guard.isOurs(this)) return this;
      new PairedHeaders(this.headers).delete(lower);
    } else if (findHeader(this.headers, lower) === value) return this;
    return addHeader.call(this, name, value);
  };
}

const fields = new WeakMap<TextMapPropagator, ReadonlySet<string>>();

function namesOf(propagator: TextMapPropagator): ReadonlySet<string> {
  const known = fields.get(propagator) ?? new Set(propagator.fields().map((name) => name.toLowerCase()));
  fields.set(propagator, known);
  return known;
}

/**
 * Removes the earlier value of each name of the set that is there twice, and equal values of other
 * names.
 */
function removeFirstOfTwo(list: unknown[]): void {
  const names = namesOf(adapterTracing().propagator);
  for (let index = list.length - 2; index >= 0; index -= 2) {
    const name = String(list[index]).toLowerCase();
    for (let earlier = index - 2; earlier >= 0; earlier -= 2) {
      if (String(list[earlier]).toLowerCase() !== name) continue;
      if (!names.has(name) && list[earlier + 1] !== list[index + 1]) continue;
      list.splice(earlier, 2);
      index -= 2;
    }
  }
}
