/**
 * The arguments of `http.request`, in each of its forms.
 *
 * https://nodejs.org/api/http.html#httprequesturl-options-callback
 */
import type { IncomingMessage, RequestOptions } from "node:http";
import { urlToHttpOptions } from "node:url";
import type { HeaderCarrier } from "../header-carrier.js";
import { addressOf, type RequestAddress } from "../http-request.js";
import type { CallTracing } from "../options.js";
import { PairedHeaders, pairedList } from "../paired-headers.js";
import { PlainHeaders } from "../plain-headers.js";

/**
 * Options of `http.request`, and `tracing` for this call. `tracing: false` makes the call as if
 * tracing were not installed.
 */
export type TracedRequestOptions = RequestOptions & {
  /** `false` turns tracing off for this call; an object sets options. */
  readonly tracing?: CallTracing;
};
export type ResponseCallback = (response: IncomingMessage) => void;

/**
 * Returns a copy of the options, merged as Node does it, and the callback. Throws Node's
 * `TypeError` for an invalid URL.
 */
export function mergeArguments(args: readonly unknown[]): [TracedRequestOptions, ResponseCallback | undefined] {
  const [first, ...rest] = args;
  const url = typeof first === "string" ? new URL(first) : isUrl(first) ? first : undefined;
  const [options, callback] = url === undefined ? args : rest;
  const base = url === undefined ? {} : urlToHttpOptions(url);
  if (typeof options === "function") return [{ ...base }, options as ResponseCallback];
  return [{ ...base, ...(options as RequestOptions | undefined) }, callback as ResponseCallback | undefined];
}

/** Tells a URL, also one of another realm, from the result of `url.parse`, as Node does it. */
function isUrl(value: unknown): value is URL {
  const { href, protocol, auth, path } = (value ?? {}) as Record<string, unknown>;
  return Boolean(href && protocol) && auth === undefined && path === undefined;
}

/**
 * Returns the address that the options name. Returns `undefined` for options that Node will refuse.
 */
export function addressOfOptions(options: RequestOptions, defaultProtocol: string): RequestAddress | undefined {
  const { hostname, host, port, defaultPort, path } = options;
  if (path !== undefined && path !== null && typeof path !== "string") return undefined;
  const name: unknown = hostname || host || "localhost";
  if (typeof name !== "string") return undefined;
  const displayed = name.includes(":") && !name.startsWith("[") ? `[${name}]` : name;
  const origin = `${options.protocol ?? defaultProtocol}//${displayed}`;
  return addressOf(port || defaultPort ? `${origin}:${port || defaultPort}` : origin, path || "/");
}

/**
 * Replaces the options' headers by a copy, and returns the carrier that writes to it. A list
 * remains a list.
 */
export function copyHeaders(options: RequestOptions): HeaderCarrier {
  const headers = options.headers as object | undefined;
  if (Array.isArray(headers)) {
    const list = pairedList(headers);
    options.headers = list as string[];
    return new PairedHeaders(list);
  }
  const copy =
    headers !== undefined && Symbol.iterator in headers ? Object.fromEntries(headers as Headers) : { ...headers };
  options.headers = copy;
  return new PlainHeaders(copy);
}
