/**
 * Observes how the result of a handler is settled, without a change to it: the app gets the same
 * object, its reactions run at the same time, and a rejection that no one handles stays unhandled.
 */
import { isAsyncFunction, isPromise } from "node:util/types";
import { type Watcher, watchPromise } from "../runtime/watched-promise.js";
import { watchDropped } from "./dropped-promises.js";
import { watchThenable } from "./watch-thenable.js";

const { then } = Promise.prototype;

/** Calls `work` when the `result` of `handler` is settled; at once, where it is no promise. */
export function watchOutcome(result: unknown, handler: unknown, work: Watcher): void {
  if (!isPromise(result)) {
    if (!watchThenable(result, work)) work.fulfilled();
    return;
  }
  if (isAsyncFunction(handler)) {
    watchNew(result, work);
    return;
  }
  // Others may have handled it before, or may still do so.
  watchPromise(result, work);
  watchDropped(result, work);
}

/**
 * The promise of an async function is new: only the caller can handle it. Our reaction would handle
 * it, so `mirror` takes its place: it is unhandled as long as the promise would be.
 */
function watchNew(promise: Promise<unknown>, work: Watcher): void {
  const mirror = then.call(
    promise,
    () => work.fulfilled(),
    (reason) => {
      work.rejected(reason);
      throw reason;
    },
  );
  watchPromise(promise, new Mirrored(mirror));
}

class Mirrored implements Watcher {
  readonly open = true;
  private readonly mirror: Promise<unknown>;

  constructor(mirror: Promise<unknown>) {
    this.mirror = mirror;
  }

  fulfilled(): void {}

  rejected(): void {}

  /** The app reacts to the promise, and is responsible for its rejection. */
  reacted(): void {
    then.call(this.mirror, undefined, ignore);
  }
}

function ignore(): void {}
