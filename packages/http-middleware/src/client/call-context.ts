/**
 * What the context says about the requests that are made in it, so that none is traced twice.
 */
import { adapterTracing } from "@meshtrace/core/adapter";
import { type Context, createContextKey } from "@opentelemetry/api";
import { CallChain } from "./call-chain.js";

const CALL_CHAIN = createContextKey("meshtrace call chain");

/** Runs `work`, whose requests belong to `chain`. */
export function withCallChain<Result>(chain: CallChain, work: () => Result): Result {
  const { contexts } = adapterTracing();
  return contexts.with(contexts.active().setValue(CALL_CHAIN, chain), work);
}

/** Runs `work`, whose requests the caller traces, or no one. */
export function untraced<Result>(work: () => Result): Result {
  return withCallChain(new CallChain(), work);
}

/**
 * Returns the chain of a request that is made in `context`. Requests of others run there too: the
 * source of a body makes calls of its own, and a busy pool starts requests that waited. So it is
 * `undefined` unless the chain expects a request.
 */
export function callChainOf(context: Context): CallChain | undefined {
  const chain = context.getValue(CALL_CHAIN) as CallChain | undefined;
  return chain?.expectsRequest ? chain : undefined;
}
