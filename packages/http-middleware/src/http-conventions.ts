/**
 * The parts of OpenTelemetry's HTTP semantic conventions that servers and clients share.
 *
 * Spec: https://opentelemetry.io/docs/specs/semconv/http/http-spans/
 */
import { redactParameters, redactUrls } from "@meshtrace/core/adapter";
import type { Attributes, AttributeValue } from "@opentelemetry/api";

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "QUERY"]);

function isKnownMethod(method: string): boolean {
  return method === "GET" || METHODS.has(method);
}

/** Writes `http.request.method`, and the original of a method that the conventions do not list. */
export function setMethod(target: AttributeTarget, method: string): void {
  const known = isKnownMethod(method);
  target.setAttribute("http.request.method", known ? method : "_OTHER");
  if (!known) target.setAttribute("http.request.method_original", method);
}

/** Returns the method as span names have it: `HTTP` where the conventions do not list it. */
export function methodName(method: string): string {
  return isKnownMethod(method) ? method : "HTTP";
}

/**
 * Replaces the values of query parameters that are credentials by their names, and the credentials
 * of URLs in other values. `query` has no question mark.
 */
export function withoutSecrets(query: string): string {
  return redactParameters(query, redactUrls);
}

/**
 * Redacts the credentials of a URL in a path, as paths of proxies contain them. Most paths have
 * none.
 */
export function redactedPath(path: string): string {
  return path.includes("@") || path.includes("%") || path.includes(";") ? redactUrls(path) : path;
}

/**
 * Redacts the credentials of URLs in the text of a header. Most texts have no URL with user info or
 * a query.
 */
export function withoutCredentials(text: string): string {
  return text.includes("@") || text.includes("?") ? redactUrls(text) : text;
}

/** Prefixes of the attributes of captured headers. */
export const HTTP_CAPTURED = { request: "http.request.header", response: "http.response.header" } as const;

/** Where attributes are written: a span, or the attributes that a sampler reads. */
export interface AttributeTarget {
  setAttribute(key: string, value: AttributeValue): unknown;
}

/** Collects attributes in a plain object, for a sampler that reads them before there is a span. */
export class AttributeMap implements AttributeTarget {
  readonly attributes: Attributes = {};

  setAttribute(key: string, value: AttributeValue): void {
    this.attributes[key] = value;
  }
}

/** Writes `server.address` and, where `host` has a valid port, `server.port`. */
export function setServerAddress(target: AttributeTarget, host: string | undefined): void {
  if (host === undefined) return;
  const { address, port } = addressOf(host);
  target.setAttribute("server.address", address);
  if (port !== undefined) target.setAttribute("server.port", port);
}

interface Address {
  readonly address: string;
  readonly port: number | undefined;
}

const MAX_KNOWN_HOSTS = 100;
const MAX_KNOWN_LENGTH = 256;
/**
 * Clients of a service use few host names. Those that an attacker makes up must not fill the
 * memory.
 */
const knownHosts = new Map<string, Address>();

function addressOf(host: string): Address {
  const known = knownHosts.get(host);
  if (known !== undefined) return known;
  const address = parseHost(host);
  if (host.length > MAX_KNOWN_LENGTH) return address;
  if (knownHosts.size >= MAX_KNOWN_HOSTS) knownHosts.clear();
  knownHosts.set(host, address);
  return address;
}

// RFC 3986, section 3.2: these characters end an authority. A caller's header may have any text.
const END_OF_AUTHORITY = /[/?#\\]/;
// RFC 3986, section 3.2: IPv6 is in brackets, and only the last colon of other hosts starts a port.
const HOST_AND_PORT = /^(\[[^\]]*\]|[^:[]*):(.*)$/s;

/**
 * Splits `host:port`. User info is left out, and so are a path, a query, and what is no port; an
 * IPv6 address without brackets has none.
 */
function parseHost(text: string): Address {
  // A path is the address of a socket in the file system.
  if (text.startsWith("/")) return { address: text, port: undefined };
  const end = text.search(END_OF_AUTHORITY);
  const authority = end < 0 ? text : text.slice(0, end);
  const host = authority.slice(authority.lastIndexOf("@") + 1);
  const [, address, port = ""] = HOST_AND_PORT.exec(host) ?? [];
  if (address === undefined || (!host.startsWith("[") && port.includes(":"))) return { address: host, port: undefined };
  return { address, port: /^\d+$/.test(port) ? validPort(Number(port)) : undefined };
}

const MAX_PORT = 65_535;

/**
 * Returns `port` if it is a whole number from 1 to 65535, and `undefined` otherwise. A number
 * beyond 64 bits makes a whole OTLP batch unreadable.
 */
export function validPort(port: number): number | undefined {
  return Number.isInteger(port) && port >= 1 && port <= MAX_PORT ? port : undefined;
}
