/**
 * A fetch of which only the call is known. Redirects are followed here, so that the host of each
 * request is decided on.
 *
 * Spec: https://fetch.spec.whatwg.org/#http-redirect-fetch
 */
import type { Call } from "../call.js";
import { CallChain } from "../call-chain.js";
import { withCallChain } from "../call-context.js";
import { listen } from "../dispatcher/undici-channels.js";
import { addressOfUrl, type RequestAddress } from "../http-request.js";
import type { ClientOptions } from "../options.js";
import { watchBody } from "../watch-body.js";
import { discard, markRedirected, redirected, redirectOf } from "./redirect.js";

type Fetch = typeof globalThis.fetch;
type Input = Parameters<Fetch>[0];

const MAX_REDIRECTS = 20;
// The methods that fetch itself turns into upper case.
const METHOD = /^(delete|get|head|options|post|put)$/i;

/**
 * Returns the response of the last request, with `redirected` as fetch sets it. Rejects with what
 * `fetch` rejects with.
 */
export async function followRedirects(
  fetch: Fetch,
  input: Input,
  callerInit: RequestInit | undefined,
  options: ClientOptions,
): Promise<Response> {
  const init = callerInit ?? {};
  const request = typeof input === "object" && input !== null && "url" in input ? input : undefined;
  const text = request?.url ?? String(input);
  // An invalid URL is fetch's to refuse, and so is an `init` that is no object.
  const valid = URL.canParse(text) && (typeof init === "object" || typeof init === "function");
  const address = valid ? addressOfUrl(new URL(text)) : undefined;
  if (address === undefined) return fetch(input, callerInit);
  const follows = (init.redirect ?? request?.redirect ?? "follow") === "follow";
  const method = init.method ?? request?.method ?? "GET";
  const signal = init.signal ?? request?.signal;
  const chain = new CallChain(options, signal);
  // A Request's body can be sent once. The copy is for a redirect that sends it again.
  const sendsAgain = follows && init.body === undefined && request?.body && !request.bodyUsed;
  const spare = sendsAgain ? request.clone() : undefined;
  let url = address.url as URL;
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
    const [response, call] = await send(fetch, target, url, next, chain);
    const location = follows ? locationOf(response, url, call) : undefined;
    if (location === undefined) {
      watchBody(response?.body, call);
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

/** Returns the target of a redirect. Ends the call where fetch refuses the target. */
function locationOf(response: Response, base: URL, call: Call): URL | undefined {
  try {
    return redirectOf(response, base);
  } catch (error) {
    discard(response);
    call.end();
    throw error;
  }
}

async function send(
  fetch: Fetch,
  target: Input,
  url: URL,
  init: RequestInit,
  chain: CallChain,
): Promise<[Response, Call]> {
  const headers = new Headers(init.headers);
  const call = chain.start(init.method ?? "GET", addressOfUrl(url) as RequestAddress, headers);
  const untraced = new CallChain();
  if (call.open) {
    untraced.above = call;
    listen();
  }
  try {
    const response = await withCallChain(untraced, () => fetch(target, { ...init, headers }));
    // A fake may return less than a Response.
    call.respond(response?.status ?? 0, response?.headers, findHeader);
    call.endWithoutBody(response?.headers?.get("content-length"));
    return [response, call];
  } catch (error) {
    call.fail(error);
    throw error;
  } finally {
    // Requests that the fetch makes from now on are not this one.
    untraced.skip();
  }
}

function findHeader(headers: Headers | undefined, name: string): string | undefined {
  return headers?.get(name) ?? undefined;
}
