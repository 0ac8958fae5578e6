/**
 * Observes thenables that are no promises: those of promise libraries, and query builders that
 * start to work when `then` is called.
 */
import type { Watcher } from "../runtime/watched-promise.js";

type Reaction = ((value: unknown) => unknown) | null | undefined;
type Then = (this: unknown, fulfilled?: Reaction, rejected?: Reaction, ...rest: unknown[]) => unknown;

/**
 * Calls `work` when the app's first reaction to `result` is called. Returns whether it will: not
 * for a value without `then`, and not for an object that takes no property.
 */
export function watchThenable(result: unknown, work: Watcher): boolean {
  if ((typeof result !== "object" || result === null) && typeof result !== "function") return false;
  try {
    const { then } = result as { then?: unknown };
    if (typeof then !== "function" || !Object.isExtensible(result)) return false;
    if (Object.hasOwn(result, "then")) return false;
    // biome-ignore lint/suspicious/noThenProperty: the object has one already
    Object.defineProperty(result, "then", {
      configurable: true,
      enumerable: false,
      writable: true,
      value: observed(result, then as Then, work),
    });
    return true;
  } catch {
    return false;
  }
}

function observed(result: object, then: Then, work: Watcher): Then {
  return function (this: unknown, fulfilled, rejected, ...rest) {
    delete (result as { then?: unknown }).then;
    const onFulfilled = (value: unknown): unknown => {
      work.fulfilled();
      return typeof fulfilled === "function" ? fulfilled(value) : value;
    };
    const onRejected = (reason: unknown): unknown => {
      work.rejected(reason);
      if (typeof rejected === "function") return rejected(reason);
      throw reason;
    };
    return then.call(this, onFulfilled, onRejected, ...rest);
  };
}
