/**
 * Makes the listeners of a request, response or stream run in the context of their exchange, without a listener of our own.
 */
import type { Emit } from "../process-wide.js";
import { emitOf, exchangeOf, mark } from "./exchange-marks.js";

/** The members of an emitter that are used. An imitation of a request may have no `listenerCount`. */
export interface Emitter {
  emit(event: string, ...args: never[]): unknown;
  listenerCount?(event: string): number;
}

/** The part of an exchange that its emitters use. */
export interface EmitterExchange {
  /** Called before the listeners of `close`. */
  closed(emitter: object): void;
  /** Calls `emit` of `emitter` in the context of the exchange. */
  emit(emit: Emit, emitter: Emitter, event: string, args: unknown[]): unknown;
}

/** Node emits some events in the context of the connection. From now on all listeners run in the exchange's context. */
export function bindEmitter(emitter: Emitter, exchange: EmitterExchange): void {
  mark(emitter, exchange, emitter.emit as Emit);
  Object.defineProperty(emitter, "emit", EMIT);
}

// One function for all emitters: a closure for each of them is slower to make and to call.
function emit(this: Emitter, event: string, ...args: unknown[]): unknown {
  const exchange = exchangeOf(this) as EmitterExchange | undefined;
  const original = emitOf(this);
  if (exchange === undefined || original === undefined) return inheritedEmit(this).call(this, event, ...args);
  if (event === "close") exchange.closed(this);
  return exchange.emit(original, this, event, args);
}

// Not enumerable, because the `emit` in its place is inherited: `Object.keys(request)` does not list it.
const EMIT: PropertyDescriptor = { value: emit, writable: true, configurable: true, enumerable: false };

/** Returns the `emit` in the place of ours, for an object that inherits from a bound emitter and for a proxy of one. */
function inheritedEmit(emitter: object): Emit {
  for (let object = Object.getPrototypeOf(emitter); object !== null; object = Object.getPrototypeOf(object)) {
    const original = emitOf(object);
    if (original !== undefined) return original;
    if (Object.hasOwn(object, "emit")) return object.emit;
  }
  return () => false;
}
