/**
 * The attributes of a CLIENT span for HTTP, as OpenTelemetry's stable conventions define them.
 *
 * Spec: https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-client-span
 */
import { type AttributeTarget, redactedPath, setMethod, validPort, withoutSecrets } from "../http-conventions.js";
import type { HttpRequest } from "./http-request.js";

/**
 * Writes what the request says. User info is redacted, and the query too unless `captureQuery` is
 * set.
 */
export function setClientAttributes(target: AttributeTarget, request: HttpRequest, captureQuery = false): void {
  const { method, origin, resend } = request;
  setMethod(target, method);
  target.setAttribute("url.full", redactedUrl(request, captureQuery));
  target.setAttribute("server.address", origin.hostname);
  const port = validPort(origin.port);
  if (port !== undefined) target.setAttribute("server.port", port);
  if (resend !== undefined) target.setAttribute("http.request.resend_count", resend);
}

function redactedUrl({ origin, target, hasUserInfo }: HttpRequest, captureQuery: boolean): string {
  const start = hasUserInfo ? origin.text.replace("//", "//REDACTED:REDACTED@") : origin.text;
  const hash = target.indexOf("#");
  const end = hash < 0 ? target.length : hash;
  const fragment = hash < 0 ? "" : redactedFragment(target.slice(hash));
  const query = target.indexOf("?");
  if (query < 0 || query >= end) return start + redactedPath(target.slice(0, end)) + fragment;
  const path = redactedPath(target.slice(0, query));
  if (query + 1 === end) return `${start}${path}?${fragment}`;
  return `${start}${path}?${captureQuery ? withoutSecrets(target.slice(query + 1, end)) : "REDACTED"}${fragment}`;
}

/** Fragments with parameters carry tokens, as in OAuth's implicit flow. */
function redactedFragment(fragment: string): string {
  return fragment.includes("=") ? "#REDACTED" : fragment;
}
