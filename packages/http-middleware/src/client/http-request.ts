/**
 * An outgoing HTTP request, as hooks and spans see it.
 */

import type { OutgoingRequest } from "./options.js";
import { type Origin, parseOrigin } from "./origin.js";

/** The parts of a URL that spans need. The URL itself is made only when a hook reads it. */
export class HttpRequest implements OutgoingRequest {
  readonly method: string;
  readonly origin: Origin;
  /** Path, query and fragment. */
  readonly target: string;
  /**
   * The host that receives a request which names another one, such as a proxy. Without port; IPv6
   * in brackets.
   */
  readonly via: string | undefined;
  readonly resend: number | undefined;
  readonly hasUserInfo: boolean;
  #url: URL | undefined;

  constructor(method: string, address: RequestAddress, resend?: number) {
    this.method = method;
    this.origin = address.origin;
    this.target = address.target;
    this.via = address.via;
    this.hasUserInfo = address.url !== undefined && (address.url.username !== "" || address.url.password !== "");
    this.resend = resend;
    this.#url = address.url;
  }

  get url(): URL {
    this.#url ??= new URL(this.origin.text + this.target);
    return this.#url;
  }
}

/** Where a request goes. `url` is absent where it has not been needed. */
export interface RequestAddress {
  readonly origin: Origin;
  readonly target: string;
  readonly url?: URL;
  /** The host that is connected to, where the request names another one. */
  readonly via?: string;
}

/** Returns the address of a URL. */
export function addressOfUrl(url: URL): RequestAddress | undefined {
  const origin = parseOrigin(`${url.protocol}//${url.host}`);
  return origin && { origin, target: url.pathname + url.search + url.hash, url };
}

/**
 * Returns the address of a request by its origin and its path, which may also be an absolute URL
 * (RFC 9112, section 3.2.2). Returns `undefined` for an address that is no URL.
 */
export function addressOf(origin: string | URL, path: string): RequestAddress | undefined {
  const parsed = parseOrigin(typeof origin === "string" ? origin : origin.origin);
  if (path.charCodeAt(0) === SLASH) return parsed && { origin: parsed, target: path };
  const address = URL.canParse(path) ? addressOfUrl(new URL(path)) : undefined;
  return address && (parsed === undefined ? address : { ...address, via: parsed.hostname });
}

const SLASH = 47;
