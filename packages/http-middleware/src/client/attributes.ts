/**
 * The attributes of a CLIENT span for HTTP, as OpenTelemetry's stable conventions define them.
 *
 * Spec: https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-client-span
 */
import { type AttributeTarget, isKnownMethod, withoutSignatures } from "../http-conventions.js";
import type { HttpRequest } from "./http-request.js";

/** Writes what the request says. User info is redacted, and the query too unless `captureQuery` is set. */
export function setClientAttributes(target: AttributeTarget, request: HttpRequest, captureQuery = false): void {
  const { method, origin, resend } = request;
  const known = isKnownMethod(method);
  target.setAttribute("http.request.method", known ? method : "_OTHER");
  target.setAttribute("url.full", redactedUrl(request, captureQuery));
  target.setAttribute("server.address", origin.hostname);
  target.setAttribute("server.port", origin.port);
  if (!known) target.setAttribute("http.request.method_original", method);
  if (resend !== undefined) target.setAttribute("http.request.resend_count", resend);
}

function redactedUrl({ origin, target, hasUserInfo }: HttpRequest, captureQuery: boolean): string {
  const start = hasUserInfo ? origin.text.replace("//", "//REDACTED:REDACTED@") : origin.text;
  const query = target.indexOf("?") + 1;
  if (query === 0) return start + target;
  const hash = target.indexOf("#");
  const end = hash < 0 ? target.length : hash;
  if (query >= end) return start + target;
  const shown = captureQuery ? withoutSignatures(target.slice(query, end)) : "REDACTED";
  return start + target.slice(0, query) + shown + target.slice(end);
}
