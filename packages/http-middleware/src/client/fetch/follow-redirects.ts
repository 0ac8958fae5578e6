/**
 * A fetch of which only the call is known. Redirects are followed here, so that each hop's host is decided on anew.
 *
 * Spec: https://fetch.spec.whatwg.org/#http-redirect-fetch
 */

import type { Call } from "../call.js";
import { Hops } from "../call-chain.js";
import { untraced } from "../call-context.js";
import { endWithBody } from "../end-with-body.js";
import type { ClientOptions } from "../options.js";
import { discard, markRedirected, redirected, redirectOf } from "./redirect.js";

type Fetch = typeof globalThis.fetch;
type Input = Parameters<Fetch>[0];

const MAX_REDIRECTS = 20;
// What fetch itself writes in capitals.
const METHOD = /^(delete|get|head|options|post|put)$/i;

/** The response of the last hop, with `redirected` as fetch has it. Rejects with what `fetch` rejects with. */
export async function followRedirects(
  fetch: Fetch,
  input: Input,
  given: RequestInit | undefined,
  options: ClientOptions,
): Promise<Response> {
  const init = given ?? {};
  const request = typeof input === "object" && input !== null && "url" in input ? input : undefined;
  const address = request?.url ?? String(input);
  // fetch words its errors itself.
  if (!URL.canParse(address)) return fetch(input, given);
  const follows = (init.redirect ?? request?.redirect ?? "follow") === "follow";
  const method = init.method ?? request?.method ?? "GET";
  const signal = init.signal ?? request?.signal;
  const hops = new Hops(options, signal);
  // A Request's body can be sent once; what the next hop may need is kept aside.
  const spare = follows && init.body === undefined && request?.body ? request.clone() : undefined;
  let url = new URL(address);
  let target: Input = input;
  let crossed = false;
  let next: RequestInit = {
    ...init,
    ...(signal === undefined ? {} : { signal }),
    ...(follows ? { redirect: "manual" } : {}),
    method: METHOD.test(method) ? method.toUpperCase() : method,
    headers: new Headers(init.headers ?? request?.headers),
  };
  for (let count = 0; ; count += 1) {
    const [response, call] = await hop(fetch, target, url, next, hops);
    const location = follows ? redirectOf(response, url) : undefined;
    if (location === undefined) {
      endWithBody(response?.body, call);
      discard(spare);
      return count === 0 ? response : markRedirected(response, crossed);
    }
    discard(response);
    call.end();
    if (count === MAX_REDIRECTS) throw new TypeError("fetch failed", { cause: new Error("redirect count exceeded") });
    next = redirected(next, spare, url, location, response.status);
    crossed ||= url.origin !== location.origin;
    url = location;
    target = location.href;
  }
}

async function hop(fetch: Fetch, target: Input, url: URL, init: RequestInit, hops: Hops): Promise<[Response, Call]> {
  const headers = new Headers(init.headers);
  const call = hops.send(init.method ?? "GET", url, headers);
  try {
    const response = await untraced(() => fetch(target, { ...init, headers }));
    // A fake may give less than a Response.
    call.respond(response?.status ?? 0, (name) => response.headers?.get(name) ?? undefined);
    return [response, call];
  } catch (error) {
    call.fail(error);
    throw error;
  }
}
