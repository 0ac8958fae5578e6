/**
 * Observes a promise without handling it: a reaction is added only where the app adds one.
 */
import { ExistingObject } from "../existing-object.js";
import { WATCH_PROMISE } from "../process-wide.js";

/** What to do when a promise is settled. */
export interface Watcher {
  /** Whether it still has to be called. */
  readonly open: boolean;
  /** Called when the promise is fulfilled. */
  fulfilled(): void;
  /** Called when the promise is rejected, with its reason. */
  rejected(reason: unknown): void;
  /** Called when the app reacts to the promise. With it, the other methods are not called. */
  reacted?(): void;
}

/** Observes a promise: see `watchPromise`. */
export type WatchPromise = (promise: Promise<unknown>, watcher: Watcher) => void;

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
    const settling = watchers.filter(({ reacted }) => reacted === undefined);
    if (settling.length > 0) this.#observe(settling);
    delete (this as { constructor?: unknown }).constructor;
    for (const watcher of watchers) watcher.reacted?.();
  }

  #observe(watchers: readonly Watcher[]): void {
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

const registry = globalThis as { [WATCH_PROMISE]?: WatchPromise };
registry[WATCH_PROMISE] ??= WatchedPromise.watch;

/**
 * Calls `watcher` when `promise` is settled, if the app reacts to it. Never makes an unhandled
 * rejection a handled one.
 */
export const watchPromise: WatchPromise = registry[WATCH_PROMISE];
