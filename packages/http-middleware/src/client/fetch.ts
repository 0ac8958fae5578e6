/**
 * fetch with a CLIENT span for each hop. Redirects are followed here, so that each hop's host is decided on anew.
 *
 * Spec: https://fetch.spec.whatwg.org/#http-redirect-fetch
 */
import type { TextMapSetter } from "@opentelemetry/api";
import { type ClientOptions, checkClientOptions } from "../options.js";
import { fail, finish, send } from "./call.js";

type Fetch = typeof globalThis.fetch;
type Input = Parameters<Fetch>[0];

/** What `fetch` takes, and `tracing: false` for a call that is made as if tracing were not there. */
export interface TracedInit extends RequestInit {
  readonly tracing?: boolean;
}

export interface TracedFetch {
  (input: Input, init?: TracedInit): Promise<Response>;
  /** The same over another fetch, for example undici's. Throws `TypeError` for an unknown option. */
  from(fetch: Fetch, options?: ClientOptions): TracedFetch;
}

const MAX_REDIRECTS = 20;
const HEADERS: TextMapSetter<Headers> = { set: (headers, name, value) => headers.set(name, value) };
const CREDENTIALS = ["authorization", "proxy-authorization", "cookie"];
const CONTENT = ["content-encoding", "content-language", "content-location", "content-type", "content-length"];

/** `fetch` over the global one, looked up at each call. Rejects with fetch's own errors, unchanged. */
export const tracedFetch: TracedFetch = over((input, init) => globalThis.fetch(input, init), {});

function over(fetch: Fetch, options: ClientOptions): TracedFetch {
  const traced = async (input: Input, init: TracedInit = {}): Promise<Response> => {
    const { tracing = true, ...rest } = init;
    if (!tracing) return fetch(input, rest);
    let request: Request;
    try {
      request = new Request(input, rest);
    } catch {
      // fetch words its errors itself, for a malformed URL for example.
      return fetch(input, rest);
    }
    return follow(fetch, request, options);
  };
  return Object.assign(traced, {
    from: (other: Fetch, more: ClientOptions = {}) => over(other, checkClientOptions(more)),
  });
}

async function follow(fetch: Fetch, first: Request, options: ClientOptions): Promise<Response> {
  let request = first;
  for (let hops = 0; ; hops += 1) {
    // What the next hop may need again is kept before this one consumes it.
    const spare = request.redirect === "follow" && request.body !== null ? request.clone() : request;
    const response = await hop(fetch, request, options);
    const target = first.redirect === "follow" ? redirectTarget(request, response) : undefined;
    if (target === undefined) return response;
    if (hops === MAX_REDIRECTS) throw new TypeError("fetch failed", { cause: new Error("redirect count exceeded") });
    await response.body?.cancel();
    request = redirected(spare, target, response.status);
  }
}

async function hop(fetch: Fetch, request: Request, options: ClientOptions): Promise<Response> {
  const headers = new Headers(request.headers);
  const call = send(request.method, new URL(request.url), headers, HEADERS, options.propagateTo);
  try {
    const redirect = request.redirect === "follow" ? "manual" : request.redirect;
    const response = await fetch(new Request(request, { headers, redirect }));
    finish(call, response.status);
    return response;
  } catch (error) {
    fail(call, error);
    throw error;
  }
}

function redirectTarget(request: Request, response: Response): URL | undefined {
  if (![301, 302, 303, 307, 308].includes(response.status)) return undefined;
  const location = response.headers.get("location");
  if (location === null || !URL.canParse(location, request.url)) return undefined;
  const target = new URL(location, request.url);
  return target.protocol === "http:" || target.protocol === "https:" ? target : undefined;
}

/** The request of the next hop: a POST becomes a GET where fetch says so, and another origin sees no credentials. */
function redirected(request: Request, target: URL, status: number): Request {
  const { method } = request;
  const toGet =
    (status === 303 && method !== "GET" && method !== "HEAD") ||
    ((status === 301 || status === 302) && method === "POST");
  const headers = new Headers(request.headers);
  if (new URL(request.url).origin !== target.origin) for (const name of CREDENTIALS) headers.delete(name);
  if (toGet) for (const name of CONTENT) headers.delete(name);
  const { signal, redirect } = request;
  if (toGet || request.body === null)
    return new Request(target, { method: toGet ? "GET" : method, headers, signal, redirect });
  return new Request(target, { method, headers, signal, redirect, body: request.body, duplex: "half" } as RequestInit);
}
