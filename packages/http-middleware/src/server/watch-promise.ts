/**
 * Observes the promise that a handler returns. Whether a rejection is unhandled stays the app's decision.
 */
import { ExistingObject } from "../existing-object.js";
import { processWide, type Watcher } from "../process-wide.js";

class WatchedPromise extends ExistingObject {
  #watchers: Watcher[];
  /** Whether the app has handled the promise; `undefined` while our own reaction is attached. */
  #handled: boolean | undefined;

  constructor(promise: Promise<unknown>, watcher: Watcher) {
    super(promise);
    this.#watchers = [watcher];
    Object.defineProperty(promise, "constructor", CONSTRUCTOR);
    // Not `promise.then`, which may be a method of the app.
    Promise.prototype.then.call(
      promise,
      () => {
        for (const watcher of this.#watchers) watcher.fulfilled();
      },
      (reason) => {
        for (const watcher of this.#watchers) watcher.rejected(reason);
        return this.#rejectUnlessHandled(reason);
      },
    );
    this.#handled = false;
  }

  static watch(promise: Promise<unknown>, watcher: Watcher): void {
    if (#watchers in promise) promise.#watchers.push(watcher);
    // A promise with a `constructor` of its own, or that cannot get one, cannot be observed without handling it.
    else if (!Object.hasOwn(promise, "constructor") && Object.isExtensible(promise))
      new WatchedPromise(promise, watcher);
    else
      Promise.prototype.then.call(
        promise,
        () => watcher.fulfilled(),
        (reason) => watcher.rejected(reason),
      );
  }

  static constructorOf(promise: object): unknown {
    // Our own reaction makes a plain promise, and no instance of a class of the app.
    if (#handled in promise && promise.#handled === undefined) return Promise;
    if (#handled in promise) promise.#handled = true;
    return Object.getPrototypeOf(promise)?.constructor;
  }

  async #rejectUnlessHandled(reason: unknown): Promise<void> {
    for (let microtask = 0; microtask < MICROTASKS_TO_HANDLE; microtask += 1) await undefined;
    if (this.#handled !== true) throw reason;
  }
}

// An async function that returns a rejected promise handles it some microtasks later.
const MICROTASKS_TO_HANDLE = 8;

// `await`, `then`, `catch`, `finally` and `Promise.all` read the constructor of a promise before they handle it.
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
export const { watchPromise } = processWide as Required<typeof processWide>;
