/**
 * Redirects that a module such as follow-redirects follows below our adapter.
 *
 * https://github.com/follow-redirects/follow-redirects#options
 */
import http, { type RequestOptions } from "node:http";
import https from "node:https";
import type { CallChain } from "../call-chain.js";
import type { KeptHeaders } from "./kept-headers.js";

interface RedirectOptions extends RequestOptions {
  beforeRedirect?(next: RequestOptions, ...details: unknown[]): void;
}

const followsNone: ReadonlySet<unknown> = new Set([http.request, https.request]);

/**
 * Removes the headers that tracing wrote from a redirect to a host that is no propagation target.
 */
export function decideOnRedirects(
  native: unknown,
  options: RedirectOptions,
  headers: KeptHeaders,
  chain: CallChain,
): void {
  if (followsNone.has(native)) return;
  const { beforeRedirect } = options;
  options.beforeRedirect = (next, ...details) => {
    beforeRedirect?.(next, ...details);
    const host = next.hostname ?? next.host;
    if (host && !chain.propagatesTo(host.includes(":") && !host.startsWith("[") ? `[${host}]` : host)) {
      headers.removeFromOptions(next);
    }
  };
}
