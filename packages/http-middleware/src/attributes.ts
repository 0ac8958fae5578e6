/**
 * OpenTelemetry's stable HTTP semantic conventions, as far as a span of ours says them.
 *
 * Spec: https://opentelemetry.io/docs/specs/semconv/http/http-spans/
 */

import type { Attributes } from "@opentelemetry/api";
import { pathOf, queryOf } from "./filters.js";
import type { OutgoingRequest } from "./options.js";
import { type Arrival, headerOf } from "./server/arrival.js";

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "QUERY"]);

/** The method as span names have it: `HTTP` for one that is not of the standard. */
export function methodName(method: string): string {
  return METHODS.has(method) ? method : "HTTP";
}

/** Query parameters whose values are credentials, as the conventions list them. */
const SIGNATURES = /(^|&)(AWSAccessKeyId|Signature|sig|X-Goog-Signature)=[^&]*/g;

const withoutSignatures = (query: string): string => query.replace(SIGNATURES, "$1$2=REDACTED");

/** What the attributes of captured headers begin with. */
export const HTTP_CAPTURED = { request: "http.request.header", response: "http.response.header" } as const;

/** What a request that came in says. The query only when asked for. */
export function serverAttributes(arrival: Arrival, query = false): Attributes {
  const { method, target, scheme, host, version } = arrival;
  const attributes: Attributes = {
    "http.request.method": METHODS.has(method) ? method : "_OTHER",
    "url.path": pathOf(target),
    "url.scheme": scheme,
  };
  if (version !== undefined) attributes["network.protocol.version"] = version === "2.0" ? "2" : version;
  if (!METHODS.has(method)) attributes["http.request.method_original"] = method;
  const asked = query ? queryOf(target) : undefined;
  if (asked !== undefined) attributes["url.query"] = withoutSignatures(asked);
  const agent = headerOf(arrival, "user-agent");
  if (agent !== undefined) attributes["user_agent.original"] = agent;
  addServer(attributes, host);
  return attributes;
}

/** Adds what the host that was asked for says, with its port if one was named. */
export function addServer(attributes: Attributes, host: string | undefined): void {
  if (host === undefined) return;
  if (host !== last.host) last = { host, ...addressOf(host) };
  attributes["server.address"] = last.address;
  if (last.port !== undefined) attributes["server.port"] = last.port;
}

// A service is asked for by the same name most of the time.
let last: { host: string; address: string; port?: number } = { host: "", address: "" };

function addressOf(host: string): { address: string; port?: number } {
  const port = /:(\d+)$/.exec(host);
  return port === null ? { address: host } : { address: host.slice(0, port.index), port: Number(port[1]) };
}

/** What a call says. User info is redacted, and the query unless it is asked for. */
export function clientAttributes({ method, url, resend }: OutgoingRequest, query = false): Attributes {
  const attributes: Attributes = {
    "http.request.method": METHODS.has(method) ? method : "_OTHER",
    "url.full": redacted(url, query),
    "server.address": url.hostname,
    "server.port": url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port),
  };
  if (!METHODS.has(method)) attributes["http.request.method_original"] = method;
  if (resend !== undefined) attributes["http.request.resend_count"] = resend;
  return attributes;
}

function redacted(url: URL, query: boolean): string {
  if (url.username === "" && url.password === "" && url.search === "") return url.href;
  const shown = new URL(url);
  if (shown.username !== "" || shown.password !== "") {
    shown.username = "REDACTED";
    shown.password = "REDACTED";
  }
  if (shown.search !== "") shown.search = query ? withoutSignatures(url.search.slice(1)) : "REDACTED";
  return shown.href;
}
