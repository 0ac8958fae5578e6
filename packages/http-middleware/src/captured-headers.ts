/**
 * Headers that spans record because the app's options ask for them, and the headers that are never recorded.
 *
 * Spec: https://opentelemetry.io/docs/specs/semconv/registry/attributes/http/ (`http.request.header.<key>`)
 */
import type { Span } from "@opentelemetry/api";
import { nested, stringList } from "./option-rules.js";

/** Names of headers, in any case. A name whose header carries credentials is refused with a `TypeError`. */
export interface HeadersToCapture {
  readonly request?: readonly string[];
  readonly response?: readonly string[];
}

/** Credentials by RFC 9110 (11.6, 11.7) and RFC 6265, and the headers that gateways and clouds use instead. */
const CREDENTIALS =
  /^(proxy-)?authorization$|^authentication-info$|^(set-)?cookie2?$|^jwt$|(^|-)(api-?key|token|secret|password|assertion|credential)s?$/;

/** The rule of the option `captureHeaders`. */
export const capturedHeadersRule = nested<HeadersToCapture>(
  { request: stringList, response: stringList },
  ({ request = [], response = [] }) => {
    const refused = [...request, ...response].filter((name) => CREDENTIALS.test(name.toLowerCase()));
    return refused.length === 0 ? undefined : `${refused.join(", ")} may carry credentials, and never goes into a span`;
  },
);

/** Writes the headers of `names` that are present, each as a list with one value, below the attribute `prefix`. */
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
