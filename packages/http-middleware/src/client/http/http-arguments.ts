/**
 * What `http.request` was asked for, in whichever of its forms.
 *
 * https://nodejs.org/api/http.html#httprequesturl-options-callback
 */
import type { IncomingMessage, RequestOptions } from "node:http";
import { urlToHttpOptions } from "node:url";
import type { CallTracing } from "../options.js";
import { PairedHeaders, pairedList } from "../paired-headers.js";
import { PlainHeaders } from "../plain-headers.js";
import type { HeaderCarrier } from "../start-call.js";
import { urlOf } from "../undici/undici-channels.js";

/** Options of `http.request`, and `tracing` for this call: `false` makes it as if tracing were not there. */
export type TracedRequestOptions = RequestOptions & { readonly tracing?: CallTracing };
export type Answered = (response: IncomingMessage) => void;

/** A copy of the options, as Node would merge them, and the callback. Throws Node's `TypeError` for a malformed URL. */
export function merged(given: readonly unknown[]): [TracedRequestOptions, Answered | undefined] {
  const [first, ...behind] = given;
  const url = typeof first === "string" ? new URL(first) : isUrl(first) ? first : undefined;
  const [options, callback] = url === undefined ? given : behind;
  const base = url === undefined ? {} : urlToHttpOptions(url);
  if (typeof options === "function") return [{ ...base }, options as Answered];
  return [{ ...base, ...(options as RequestOptions | undefined) }, callback as Answered | undefined];
}

/** As Node tells a URL, also one of another realm, from what `url.parse` gives. */
function isUrl(given: unknown): given is URL {
  const { href, protocol, auth, path } = (given ?? {}) as Record<string, unknown>;
  return Boolean(href && protocol) && auth === undefined && path === undefined;
}

/** The address that the options lead to; `undefined` where Node will find fault with them. */
export function addressOf(options: RequestOptions, protocol: string): URL | undefined {
  const { hostname, host, port, defaultPort, path } = options;
  const name = hostname || host || "localhost";
  const shown = name.includes(":") && !name.startsWith("[") ? `[${name}]` : name;
  const scheme = options.protocol ?? protocol;
  const address = `${scheme}//${shown}${port || defaultPort ? `:${port || defaultPort}` : ""}`;
  return typeof (path ?? "") === "string" ? urlOf(address, path || "/") : undefined;
}

/** Replaces the options' headers by a copy, and gives what writes onto it. Headers stay a list where they were one. */
export function ownHeaders(options: RequestOptions): HeaderCarrier {
  const given = options.headers as object | undefined;
  if (Array.isArray(given)) {
    const list = pairedList(given);
    options.headers = list as string[];
    return new PairedHeaders(list);
  }
  const own = given !== undefined && Symbol.iterator in given ? Object.fromEntries(given as Headers) : { ...given };
  options.headers = own;
  return new PlainHeaders(own);
}
