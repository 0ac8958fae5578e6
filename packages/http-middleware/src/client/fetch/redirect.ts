/**
 * The request that follows a redirect, as fetch makes it.
 *
 * Spec: https://fetch.spec.whatwg.org/#http-redirect-fetch
 */
import { isRedirect } from "../redirect-status.js";

// `host` names the origin of the first request.
const CREDENTIALS = ["authorization", "proxy-authorization", "cookie", "host"];
const CONTENT = ["content-encoding", "content-language", "content-location", "content-type", "content-length"];

/**
 * Returns the target of a redirect, or `undefined` for other responses. Throws fetch's `TypeError`
 * for a bad target.
 */
export function redirectOf(response: Response, base: URL): URL | undefined {
  const location = isRedirect(response?.status) ? response.headers?.get("location") : undefined;
  if (location === null || location === undefined) return undefined;
  let target: URL;
  try {
    target = new URL(location, base);
  } catch (cause) {
    throw new TypeError("fetch failed", { cause });
  }
  if (!/^https?:$/.test(target.protocol)) {
    throw new TypeError("fetch failed", { cause: new Error("URL scheme must be a HTTP(S) scheme") });
  }
  // Without a fragment of its own, the location inherits that of the request.
  if (target.hash === "") target.hash = base.hash;
  return target;
}

/**
 * Returns what to send after a redirect: a POST becomes a GET where fetch does that, and another
 * origin receives no credentials. `spare` is a Request whose body is unread. Throws fetch's
 * `TypeError` when the body was a stream and has to be sent again.
 */
export function redirected(
  sent: RequestInit,
  spare: Request | undefined,
  from: URL,
  to: URL,
  status: number,
): RequestInit {
  const method = sent.method ?? "GET";
  const headers = new Headers(sent.headers);
  if (from.origin !== to.origin) for (const name of CREDENTIALS) headers.delete(name);
  const becomesGet =
    (status === 303 && method !== "GET" && method !== "HEAD") ||
    ((status === 301 || status === 302) && method === "POST");
  if (becomesGet) {
    for (const name of CONTENT) headers.delete(name);
    discard(spare);
    const { body: _dropped, ...rest } = sent;
    return { ...rest, method: "GET", headers };
  }
  if (isStream(sent.body)) {
    throw new TypeError("fetch failed", { cause: new Error() });
  }
  const kept = sent.body ? undefined : spare?.body;
  return { ...sent, headers, ...(kept ? { body: kept, duplex: "half" } : {}) } as RequestInit;
}

function isStream(body: unknown): boolean {
  return typeof body === "object" && body !== null && (Symbol.asyncIterator in body || "pipe" in body);
}

/** Cancels a body that is not read. */
export function discard(message: { readonly body: unknown } | undefined): void {
  const body = message?.body as { locked?: boolean; cancel?(): Promise<void>; destroy?(): void } | null | undefined;
  if (body?.locked === true) return;
  if (typeof body?.cancel === "function") body.cancel().catch(() => {});
  else body?.destroy?.();
}

/**
 * Sets the members of the response, and of its clones, that fetch sets after a redirect. Returns
 * the same response.
 */
export function markRedirected(response: Response, crossedOrigins: boolean): Response {
  const { clone, type } = response;
  return Object.defineProperties(response, {
    redirected: { value: true, configurable: true },
    type: { value: crossedOrigins && type === "basic" ? "cors" : type, configurable: true },
    clone: { value: () => markRedirected(clone.call(response), crossedOrigins), configurable: true, writable: true },
  });
}
