/**
 * The attributes of a CLIENT span for HTTP, as OpenTelemetry's stable conventions define them.
 *
 * Spec: https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-client-span
 */
import type { Attributes } from "@opentelemetry/api";
import { isKnownMethod, withoutSignatures } from "../http-conventions.js";
import type { OutgoingRequest } from "./options.js";

/** Returns what the request says. User info is redacted, and the query too unless `captureQuery` is set. */
export function clientAttributes({ method, url, resend }: OutgoingRequest, captureQuery = false): Attributes {
  const known = isKnownMethod(method);
  const attributes: Attributes = {
    "http.request.method": known ? method : "_OTHER",
    "url.full": redacted(url, captureQuery),
    "server.address": url.hostname,
    "server.port": url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port),
  };
  if (!known) attributes["http.request.method_original"] = method;
  if (resend !== undefined) attributes["http.request.resend_count"] = resend;
  return attributes;
}

function redacted(url: URL, captureQuery: boolean): string {
  if (url.username === "" && url.password === "" && url.search === "") return url.href;
  const copy = new URL(url);
  if (copy.username !== "" || copy.password !== "") {
    copy.username = "REDACTED";
    copy.password = "REDACTED";
  }
  if (copy.search !== "") copy.search = captureQuery ? withoutSignatures(url.search.slice(1)) : "REDACTED";
  return copy.href;
}
