/**
 * Makes the listeners of a request, response or stream run in the context of their exchange,
 * without a listener of our own.
 */
import { IncomingMessage, ServerResponse } from "node:http";
import { type Emit, processWide } from "../process-wide.js";
import { emitOf, exchangeOf, mark } from "./exchange-marks.js";

/**
 * The members of an emitter that are used. An imitation of a request may have no `listenerCount`.
 */
export interface Emitter {
  emit(event: string, ...args: never[]): unknown;
  listenerCount?(event: string): number;
}

/** The part of an exchange that its emitters use. */
export interface EmitterExchange {
  /** Called before the listeners of `close`. */
  closed(emitter: object): void;
  /** Called before the listeners of `finish` of a response of node:http. */
  finished(emitter: object): void;
  /** Whether the context of the exchange is the active one. */
  readonly active: boolean;
  /** Calls `emit` of `emitter` in the context of the exchange. */
  emitInContext(emit: Emit, emitter: Emitter, args: EmitArguments): unknown;
}

/** The event and its arguments. */
export type EmitArguments = Parameters<Emit> | IArguments;

/**
 * Node emits some events in the context of the connection. From now on all listeners run in the
 * exchange's context.
 */
export function bindEmitter(emitter: Emitter, exchange: EmitterExchange): void {
  processWide.emitOfNode ??= instrumentNode();
  const original = emitter?.emit as Emit | undefined;
  // An imitation of a request or response, as tests have them.
  if (original === undefined || !Object.isExtensible(emitter)) return;
  if (original === processWide.emitOfNode) {
    mark(emitter, exchange);
    return;
  }
  mark(emitter, exchange, original);
  Object.defineProperty(emitter, "emit", OWN_EMIT);
}

/**
 * Node's requests and responses inherit one `emit` that asks for their exchange: a property of each
 * object, even one that does not enumerate, costs some 4 us of a request. Objects without an
 * exchange emit as before.
 */
function instrumentNode(): Emit {
  const original = IncomingMessage.prototype.emit as Emit;
  const emit: Emit = function (event) {
    const heard = hasListeners(this, event);
    if (heard || event === "close" || event === "finish") {
      const exchange = exchangeOf(this) as EmitterExchange | undefined;
      if (exchange !== undefined) {
        if (event === "close") exchange.closed(this);
        else if (event === "finish") exchange.finished(this);
        if (heard && !exchange.active) {
          // biome-ignore lint/complexity/noArguments: a rest parameter makes a list for each event
          return exchange.emitInContext(original, this as Emitter, arguments);
        }
      }
    }
    // biome-ignore lint/complexity/noArguments: a rest parameter makes a list for each event
    return original.apply(this, arguments as never);
  };
  // Enumerable, as the `emit` that it hides from a `for ... in` over a request.
  for (const { prototype } of [IncomingMessage, ServerResponse]) prototype.emit = emit as typeof prototype.emit;
  return emit;
}

/**
 * Returns whether an event has listeners of the app. Most events have none, and the one of most
 * requests' `end` is Node's own, which needs no context. Reads the member behind `listenerCount`,
 * whose call for each event takes 2 us of a request.
 */
function hasListeners({ _events: events }: { readonly _events?: Record<string, unknown> }, event: string): boolean {
  if (events === undefined) return true;
  const listener = events[event] as { readonly name?: unknown } | undefined;
  return listener !== undefined && (event !== "end" || listener.name !== "clearIncoming");
}

// For all other classes, such as those of http2: one function, because a closure for each emitter
// is slower.
function ownEmit(this: Emitter, ...args: Parameters<Emit>): unknown {
  const exchange = exchangeOf(this) as EmitterExchange | undefined;
  const original = emitOf(this);
  if (exchange === undefined || original === undefined) return inheritedEmit(this).apply(this, args);
  const [event] = args;
  if (event === "close") exchange.closed(this);
  // Most events have no listener, or are emitted in the context already.
  if (this.listenerCount?.(event) === 0 || exchange.active) return original.apply(this, args);
  return exchange.emitInContext(original, this, args);
}

// Not enumerable, because the `emit` in its place is inherited: `Object.keys(request)` does not
// list it.
const OWN_EMIT: PropertyDescriptor = { value: ownEmit, writable: true, configurable: true, enumerable: false };

/**
 * Returns the original `emit` for an object that inherits from a bound emitter, and for a proxy of
 * one.
 */
function inheritedEmit(emitter: object): Emit {
  for (let object = Object.getPrototypeOf(emitter); object !== null; object = Object.getPrototypeOf(object)) {
    const original = emitOf(object);
    if (original !== undefined) return original;
    if (Object.hasOwn(object, "emit")) return object.emit;
  }
  return () => false;
}
