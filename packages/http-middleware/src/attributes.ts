/**
 * OpenTelemetry's stable HTTP semantic conventions, as far as a span of ours says them.
 *
 * Spec: https://opentelemetry.io/docs/specs/semconv/http/http-spans/
 */

import type { IncomingMessage } from "node:http";
import type { Attributes } from "@opentelemetry/api";
import { pathOf } from "./filters.js";
import type { OutgoingRequest } from "./options.js";

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "QUERY"]);

/** The method as span names have it: `HTTP` for one that is not of the standard. */
export function methodName(method: string): string {
  return METHODS.has(method) ? method : "HTTP";
}

/** What a request that came in says. `requestId` becomes the tag that Envoy writes. Queries are not recorded. */
export function serverAttributes(request: IncomingMessage, requestId: string | undefined): Attributes {
  const { method = "GET", url = "/", headers, httpVersion } = request;
  const secure = (request.socket as { encrypted?: boolean } | null)?.encrypted === true;
  const attributes: Attributes = {
    "http.request.method": METHODS.has(method) ? method : "_OTHER",
    "url.path": pathOf(url),
    "url.scheme": secure ? "https" : "http",
    "network.protocol.version": httpVersion,
  };
  if (!METHODS.has(method)) attributes["http.request.method_original"] = method;
  const agent = headers["user-agent"];
  if (agent !== undefined) attributes["user_agent.original"] = agent;
  const host = headers.host ?? (headers[":authority"] as string | undefined);
  if (host !== undefined) {
    const port = /:(\d+)$/.exec(host);
    attributes["server.address"] = port === null ? host : host.slice(0, port.index);
    if (port !== null) attributes["server.port"] = Number(port[1]);
  }
  if (requestId !== undefined) attributes["guid:x-request-id"] = requestId;
  return attributes;
}

/** What a call says. User info and query values are redacted. */
export function clientAttributes({ method, url, resend }: OutgoingRequest): Attributes {
  const attributes: Attributes = {
    "http.request.method": METHODS.has(method) ? method : "_OTHER",
    "url.full": redacted(url),
    "server.address": url.hostname,
    "server.port": url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port),
  };
  if (!METHODS.has(method)) attributes["http.request.method_original"] = method;
  if (resend !== undefined) attributes["http.request.resend_count"] = resend;
  return attributes;
}

function redacted(url: URL): string {
  if (url.username === "" && url.password === "" && url.search === "") return url.href;
  const shown = new URL(url);
  if (shown.username !== "" || shown.password !== "") {
    shown.username = "REDACTED";
    shown.password = "REDACTED";
  }
  if (shown.search !== "") shown.search = "?REDACTED";
  return shown.href;
}

/** `http.route` of a request that Express or a framework like it has routed: mounted prefixes included. */
export function routeOf(request: IncomingMessage): string | undefined {
  const { route, baseUrl = "" } = request as { route?: { path?: unknown }; baseUrl?: string };
  return typeof route?.path === "string" ? `${baseUrl}${route.path}` : undefined;
}
