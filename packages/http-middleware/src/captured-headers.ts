/**
 * Headers that the app wants to see on its spans, and those that never get there.
 *
 * Spec: https://opentelemetry.io/docs/specs/semconv/registry/attributes/http/ (`http.request.header.<key>`)
 */
import type { Span } from "@opentelemetry/api";

/** Names of headers, in any case. Those that carry credentials are refused with a `TypeError`. */
export interface HeadersToCapture {
  readonly request?: readonly string[];
  readonly response?: readonly string[];
}

/** Credentials by RFC 9110 (11.6, 11.7) and RFC 6265, and what gateways and clouds use in their place. */
const CREDENTIALS =
  /^(proxy-)?authorization$|^authentication-info$|^(set-)?cookie2?$|^jwt$|(^|-)(api-?key|token|secret|password|assertion|credential)s?$/;

/** Throws `TypeError` that names every header of `capture` that is refused. */
export function checkCapturedHeaders(capture: HeadersToCapture | undefined): void {
  const names = [...(capture?.request ?? []), ...(capture?.response ?? [])];
  const refused = names.filter((name) => CREDENTIALS.test(name.toLowerCase()));
  if (refused.length > 0) {
    throw new TypeError(`captureHeaders: ${refused.join(", ")} may carry credentials, and never goes into a span`);
  }
}

/** Writes those of `names` that are there, each as a list of one value; `prefix` says of what. */
export function recordHeaders(
  span: Span,
  prefix: string,
  names: readonly string[] | undefined,
  header: (name: string) => string | undefined,
): void {
  for (const name of names ?? []) {
    const lower = name.toLowerCase();
    const value = header(lower);
    if (value !== undefined) span.setAttribute(`${prefix}.${lower}`, [value]);
  }
}
