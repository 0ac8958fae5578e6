/**
 * The request of the next hop, as fetch makes it.
 *
 * Spec: https://fetch.spec.whatwg.org/#http-redirect-fetch
 */

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
// `host` names the origin that was asked first.
const CREDENTIALS = ["authorization", "proxy-authorization", "cookie", "host"];
const CONTENT = ["content-encoding", "content-language", "content-location", "content-type", "content-length"];

/** Where a response sends the caller to; `undefined` when it does not, or not to a place that fetch would go to. */
export function redirectOf(response: Response, base: URL): URL | undefined {
  const location = REDIRECTS.has(response?.status) ? response.headers?.get("location") : undefined;
  if (location === null || location === undefined || !URL.canParse(location, base.href)) return undefined;
  const target = new URL(location, base);
  if (!/^https?:$/.test(target.protocol)) return undefined;
  // A fragment that the location has not is the first one's.
  if (target.hash === "") target.hash = base.hash;
  return target;
}

/**
 * What to send to the next hop: a POST becomes a GET where fetch says so, and another origin sees no credentials. Throws
 * fetch's `TypeError` when the body would be needed again and was a stream. `spare`: a Request whose body is unread.
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
    throw new TypeError("fetch failed", { cause: new Error("a streamed body cannot be sent again") });
  }
  const kept = sent.body ? undefined : spare?.body;
  return { ...sent, headers, ...(kept ? { body: kept, duplex: "half" } : {}) } as RequestInit;
}

function isStream(body: unknown): boolean {
  return typeof body === "object" && body !== null && (Symbol.asyncIterator in body || "pipe" in body);
}

/** Lets go of a body that nobody will read. */
export function discard(message: { readonly body: unknown } | undefined): void {
  const body = message?.body as { locked?: boolean; cancel?(): Promise<void>; destroy?(): void } | null | undefined;
  if (body?.locked === true) return;
  if (typeof body?.cancel === "function") body.cancel().catch(() => {});
  else body?.destroy?.();
}

/** The response as it is, and its clones, with what fetch itself would have said after a redirect. */
export function markRedirected(response: Response, crossedOrigins: boolean): Response {
  const { clone, type } = response;
  return Object.defineProperties(response, {
    redirected: { value: true, configurable: true },
    type: { value: crossedOrigins && type === "basic" ? "cors" : type, configurable: true },
    clone: { value: () => markRedirected(clone.call(response), crossedOrigins), configurable: true, writable: true },
  });
}
