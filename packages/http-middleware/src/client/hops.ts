/**
 * What the context says of the calls that are made in it, so that none is traced twice and each hop finds its fetch.
 */
import { adapterTracing } from "@meshtrace/core";
import { type Context, createContextKey } from "@opentelemetry/api";
import type { ClientOptions } from "../options.js";
import type { Call } from "./call.js";
import { errorType } from "./failure.js";

/** A fetch on its way: each request that undici makes for it is a hop. */
export class Hops {
  readonly options: ClientOptions;
  readonly #signal: AbortSignal | undefined;
  #count = 0;
  #call: Call | undefined;

  constructor(options: ClientOptions, signal: AbortSignal | undefined) {
    this.options = options;
    this.#signal = signal;
  }

  /** The hop that is on its way, or was the last. */
  get call(): Call | undefined {
    return this.#call;
  }

  /** How many hops came before; `undefined` for the first. */
  get resend(): number | undefined {
    return this.#count === 0 ? undefined : this.#count;
  }

  next(call: Call): void {
    this.#call = call;
    this.#count += 1;
  }

  /** Ends a hop that failed. The signal knows whether it was the caller who wanted it so. */
  fail(call: Call, error: unknown): void {
    call.fail(error, this.#signal?.aborted ? abortType(this.#signal) : errorType(error));
  }

  get aborted(): boolean {
    return this.#signal?.aborted === true;
  }
}

/** The signal's reason may be anything: what it is not is a failure of the network. */
function abortType(signal: AbortSignal): string {
  return errorType(signal.reason) === "timeout" ? "timeout" : "aborted";
}

/** The calls made in a context are hops of a fetch, or are traced by who makes them. */
export type Made = Hops | "traced";

const KEY = createContextKey("meshtrace calls made here");

/** Runs `work` so that the calls made in it are known for what they are. */
export function making<Result>(made: Made, work: () => Result): Result {
  const { contexts } = adapterTracing();
  return contexts.with(contexts.active().setValue(KEY, made), work);
}

export function madeIn(context: Context): Made | undefined {
  return context.getValue(KEY) as Made | undefined;
}
