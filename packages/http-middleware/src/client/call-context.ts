/**
 * What the context says of the calls that are made in it, so that none is traced twice and each hop finds its call.
 */
import { adapterTracing } from "@meshtrace/core/adapter";
import { type Context, createContextKey } from "@opentelemetry/api";
import { Hops } from "./call-chain.js";

const KEY = createContextKey("meshtrace calls made here");

/** Runs `work` so that the requests made in it are known for hops of `made`. */
export function making<Result>(made: Hops, work: () => Result): Result {
  const { contexts } = adapterTracing();
  return contexts.with(contexts.active().setValue(KEY, made), work);
}

/** Runs `work`, whose requests are traced by who calls this, or shall not be. Nothing of it is left when it has settled. */
export function untraced<Result>(work: () => Promise<Result>): Promise<Result> {
  const hops = new Hops();
  const result = making(hops, work);
  const settled = (): void => hops.pass();
  Promise.resolve(result).then(settled, settled);
  return result;
}

/**
 * The hops that a request made in `context` is the next of. Another's request may run there: the source of a body makes
 * calls, and a busy pool starts what waited in it; so it is `undefined` when no next hop is to be expected.
 */
export function madeIn(context: Context): Hops | undefined {
  const made = context.getValue(KEY) as Hops | undefined;
  return made?.waiting ? made : undefined;
}
