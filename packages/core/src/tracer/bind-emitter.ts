/**
 * Listeners that run in the context to which their emitter was bound, as OpenTelemetry's context
 * managers do it.
 */
import type { EventEmitter } from "node:events";
import { BOUND } from "../process-wide.js";

type Listener = (...args: unknown[]) => void;
type Bind = (listener: Listener) => Listener;

const ADDING = ["addListener", "on", "once", "prependListener", "prependOnceListener"] as const;
const REMOVING = ["removeListener", "off"] as const;

/** Returns whether `target` has an emitter's methods. */
export function isEmitter(target: unknown): target is EventEmitter {
  if (typeof target !== "object" || target === null) return false;
  const { on, emit, removeListener } = target as Partial<EventEmitter>;
  return [on, emit, removeListener].every((method) => typeof method === "function");
}

/**
 * Makes listeners that are added to `emitter` from now on pass through `bind`. Bound again, the
 * first binding stays.
 */
export function bindEmitter<Emitter extends EventEmitter>(emitter: Emitter, bind: Bind): Emitter {
  if (BOUND in emitter) return emitter;
  hide(emitter, BOUND, true);
  // By event and by the app's own listener, which is what the app removes.
  const bound = new Map<string | symbol, WeakMap<Listener, Listener>>();
  // `once` calls `on`: only the outermost call binds.
  let adding = false;
  for (const name of ADDING) {
    const add = emitter[name];
    if (typeof add !== "function") continue;
    hide(emitter, name, function (this: Emitter, event: string | symbol, listener: Listener) {
      if (adding || typeof listener !== "function") return add.call(this, event, listener);
      const listeners = bound.get(event) ?? new WeakMap<Listener, Listener>();
      bound.set(event, listeners);
      const wrapped = bind(listener);
      listeners.set(listener, wrapped);
      adding = true;
      try {
        return add.call(this, event, wrapped);
      } finally {
        adding = false;
      }
    });
  }
  for (const name of REMOVING) {
    const remove = emitter[name];
    if (typeof remove !== "function") continue;
    hide(emitter, name, function (this: Emitter, event: string | symbol, listener: Listener) {
      return remove.call(this, event, bound.get(event)?.get(listener) ?? listener);
    });
  }
  return emitter;
}

function hide(emitter: object, name: string | symbol, value: unknown): void {
  Object.defineProperty(emitter, name, { value, configurable: true, writable: true, enumerable: false });
}
