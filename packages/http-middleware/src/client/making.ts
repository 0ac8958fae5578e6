/**
 * What the context says of the calls that are made in it, so that none is traced twice and each hop finds its call.
 */
import { adapterTracing } from "@meshtrace/core";
import { type Context, createContextKey } from "@opentelemetry/api";
import type { Hops } from "./hops.js";

/** The requests made in a context are hops of one call, or are traced (or shall not be) by who makes them. */
export type Made = Hops | "elsewhere";

const KEY = createContextKey("meshtrace calls made here");

/** Runs `work` so that the requests made in it are known for what they are. */
export function making<Result>(made: Made, work: () => Result): Result {
  const { contexts } = adapterTracing();
  return contexts.with(contexts.active().setValue(KEY, made), work);
}

export function madeIn(context: Context): Made | undefined {
  return context.getValue(KEY) as Made | undefined;
}
