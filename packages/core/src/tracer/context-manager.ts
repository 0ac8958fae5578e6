/**
 * OpenTelemetry's context manager over Node's AsyncLocalStorage.
 *
 * Spec: https://opentelemetry.io/docs/specs/otel/context/
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { type Context, type ContextManager, ROOT_CONTEXT } from "@opentelemetry/api";
import { bindEmitter, isEmitter } from "./bind-emitter.js";

/**
 * Where the context of a request is kept while it runs: OpenTelemetry's own manager, wherever one
 * is registered.
 */
export interface Contexts {
  /** Returns the current context. */
  active(): Context;
  /** Calls a function in a context and returns its result. */
  with<Args extends unknown[], Result>(
    context: Context,
    work: (...args: Args) => Result,
    self?: unknown,
    ...args: Args
  ): Result;
}

export class AsyncLocalStorageContextManager implements ContextManager {
  readonly #storage = new AsyncLocalStorage<Context>();

  active(): Context {
    return this.#storage.getStore() ?? ROOT_CONTEXT;
  }

  with<Args extends unknown[], F extends (...args: Args) => ReturnType<F>>(
    context: Context,
    work: F,
    self?: ThisParameterType<F>,
    ...args: Args
  ): ReturnType<F> {
    if (self === undefined || self === null) return this.#storage.run(context, work as never, ...args);
    return this.#storage.run(context, () => work.apply(self, args));
  }

  /**
   * Returns a function that runs `target` in `context`; an emitter is returned itself, its later
   * listeners run in it.
   */
  bind<T>(context: Context, target: T): T {
    if (typeof target === "function") return this.#bindFunction(context, target as never) as T;
    return isEmitter(target)
      ? bindEmitter(target, (listener) => this.#bindFunction(context, listener as never))
      : target;
  }

  enable(): this {
    return this;
  }

  disable(): this {
    this.#storage.disable();
    return this;
  }

  #bindFunction<F extends (...args: unknown[]) => unknown>(context: Context, work: F): F {
    const storage = this.#storage;
    const bound = function (this: unknown, ...args: unknown[]): unknown {
      return storage.run(context, () => work.apply(this, args));
    };
    Object.defineProperty(bound, "length", { configurable: true, value: work.length });
    return bound as F;
  }
}
