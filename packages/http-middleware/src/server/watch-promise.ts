/**
 * Observes the promise that a handler returns. Whether a rejection is unhandled stays the app's
 * decision: a reaction handles a promise, so ours is added only where the app adds one, or where no
 * one else can have the promise.
 */
import { isPromise } from "node:util/types";
import { type Watcher, watchPromise } from "@meshtrace/core/adapter";

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
