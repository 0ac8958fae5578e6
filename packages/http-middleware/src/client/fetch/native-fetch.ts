/**
 * Node's own fetch, traced through its dispatcher, so that fetch itself follows redirects and makes
 * the Response.
 */

import { unlistened } from "../dispatcher/undici-channels.js";
import type { ClientOptions } from "../options.js";
import { endUnreadBody } from "../watch-body.js";
import { type Dispatcher, FetchDispatcher } from "./fetch-dispatcher.js";

type Fetch = typeof globalThis.fetch;
type Input = Parameters<Fetch>[0];
type Init = RequestInit & { readonly dispatcher?: Dispatcher };

/** Calls `fetch` with a span for each request. Returns and rejects as `fetch` does. */
export function nativeFetch(
  fetch: Fetch,
  input: Input,
  init: RequestInit | undefined,
  options: ClientOptions,
): Promise<Response> {
  let dispatcher: FetchDispatcher;
  let traced: RequestInit;
  try {
    dispatcher = new FetchDispatcher(options, init?.signal);
    const own = (init as Init | null | undefined)?.dispatcher;
    if (own !== undefined && own !== null) dispatcher.over(own);
    traced = initWith(init, dispatcher);
  } catch (error) {
    // A getter of the caller's: fetch rejects with what it throws.
    return Promise.reject(error);
  }
  const response = unlistened(() => fetch(input, traced));
  // A promise of another realm has no `then` that makes one of this realm, and its span ends
  // without the body's help.
  if (!(response instanceof Promise) || dispatcher.call?.open === false) return response;
  // Watching the promise itself would make its rejection a handled one.
  return response.then(
    (answer) => {
      const { call } = dispatcher;
      if (call?.open && answer.body !== null) endUnreadBody(answer.body, call);
      return answer;
    },
    (error) => {
      dispatcher.call?.fail(error);
      throw error;
    },
  );
}

/** The members of a RequestInit, and undici's `dispatcher`. */
const MEMBERS = [
  "method",
  "headers",
  "body",
  "referrer",
  "referrerPolicy",
  "mode",
  "credentials",
  "cache",
  "redirect",
  "integrity",
  "keepalive",
  "signal",
  "duplex",
  "priority",
  "window",
];

/** A copy of `init` with a dispatcher. What is no object is fetch's to refuse. */
function initWith(init: RequestInit | null | undefined, dispatcher: FetchDispatcher): RequestInit {
  if (init === undefined || init === null) return { dispatcher } as object;
  if (typeof init !== "object" && typeof init !== "function") return init;
  const prototype = Object.getPrototypeOf(init);
  if (prototype === Object.prototype || prototype === null) return { ...init, dispatcher } as object;
  // Members may be getters of a class, as those of a Request are.
  const copy: Record<string, unknown> = { dispatcher };
  for (const name of MEMBERS) {
    const value = (init as Record<string, unknown>)[name];
    if (value !== undefined) copy[name] = value;
  }
  return copy;
}
