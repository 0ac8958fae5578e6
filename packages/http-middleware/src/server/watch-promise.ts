/**
 * Observes the promise that a handler returns. Whether a rejection is unhandled stays the app's
 * decision: a reaction handles a promise, so ours is added only where the app adds one, or where no
 * one else can have the promise.
 */
import { isPromise } from "node:util/types";
import { ExistingObject } from "../existing-object.js";
import { processWide, type Watcher } from "../process-wide.js";

const AsyncFunction = (async () => {}).constructor as FunctionConstructor;

/**
 * Calls `watcher` when the `result` of `handler` is settled. Returns what the caller of the handler
 * gets, which is our own promise only where that cannot be noticed. `caller` is the `this` of the
 * handler.
 */
export function watchResult<Result>(result: Result, handler: object, caller: unknown, watcher: Watcher): Result {
  // Most handlers return nothing. Not `instanceof`, which throws for a revoked proxy.
  if (result === undefined || !isPromise(result)) return result;
  if (!isEmitter(caller)) watchPromise(result, watcher);
  // An emitter ignores what its listeners return. A promise that others may have is not to be
  // handled by us.
  else if (handler instanceof AsyncFunction) return deriveFrom(result, watcher) as Result;
  return result;
}

/**
 * Returns a promise with the same outcome. An async function's promise is new, so nothing else can
 * have reacted to it.
 */
function deriveFrom<Value>(promise: Promise<Value>, watcher: Watcher): Promise<Value> {
  return promise.then(
    (value) => {
      watcher.fulfilled();
      return value;
    },
    (reason) => {
      watcher.rejected(reason);
      throw reason;
    },
  );
}

function isEmitter(value: unknown): boolean {
  return typeof (value as { emit?: unknown } | null | undefined)?.emit === "function";
}

class WatchedPromise extends ExistingObject {
  #watchers: Watcher[] = [];
  #reacting = false;

  /** Calls `watcher` when `promise` is settled, if the app reacts to it. */
  static watch(promise: Promise<unknown>, watcher: Watcher): void {
    const watched = #watchers in promise ? promise : new WatchedPromise(promise);
    // One promise may be the result of many requests.
    const open = (watched as WatchedPromise).#watchers.filter((other) => other !== watcher && other.open);
    (watched as WatchedPromise).#watchers = [...open, watcher];
    if (!Object.hasOwn(promise, "constructor") && Object.isExtensible(promise)) {
      Object.defineProperty(promise, "constructor", CONSTRUCTOR);
    }
  }

  /** Called when the constructor of `promise` is read, before a reaction of the app is added. */
  static constructorOf(promise: object): unknown {
    if (#watchers in promise && Object.hasOwn(promise, "constructor")) {
      // Our own reaction makes a plain promise, and no instance of a class of the app.
      if (promise.#reacting) return Promise;
      promise.#react();
    }
    return Object.getPrototypeOf(promise)?.constructor;
  }

  #react(): void {
    const watchers = this.#watchers;
    this.#watchers = [];
    this.#reacting = true;
    // Not `promise.then`, which may be a method of the app.
    Promise.prototype.then.call(
      this as object as Promise<unknown>,
      () => {
        for (const watcher of watchers) watcher.fulfilled();
      },
      (reason) => {
        for (const watcher of watchers) watcher.rejected(reason);
      },
    );
    this.#reacting = false;
    delete (this as { constructor?: unknown }).constructor;
  }
}

// `await`, `then`, `catch`, `finally` and `Promise.all` read the constructor of a promise before
// they handle it.
const CONSTRUCTOR: PropertyDescriptor & ThisType<object> = {
  configurable: true,
  enumerable: false,
  get() {
    return WatchedPromise.constructorOf(this);
  },
  set(value: unknown) {
    Object.defineProperty(this, "constructor", { value, configurable: true, enumerable: true, writable: true });
  },
};

processWide.watchPromise ??= WatchedPromise.watch;
const { watchPromise } = processWide as Required<typeof processWide>;
