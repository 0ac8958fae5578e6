/**
 * Headers that spans record because the app's options ask for them, and the headers that are never
 * recorded.
 *
 * Spec: https://opentelemetry.io/docs/specs/semconv/registry/attributes/http/
 * (`http.request.header.<key>`)
 */
import { isSecretName, redactUrl, redactUrls } from "@meshtrace/core/adapter";
import type { Span } from "@opentelemetry/api";
import { nested, stringList } from "./option-rules.js";

/**
 * Names of headers, in any case. A name whose header carries credentials is refused with a
 * `TypeError`.
 */
export interface HeadersToCapture {
  /** Names of request headers to record. */
  readonly request?: readonly string[];
  /** Names of response headers to record. */
  readonly response?: readonly string[];
}

/** The rule of the option `captureHeaders`. */
export const capturedHeadersRule = nested<HeadersToCapture>(
  { request: stringList, response: stringList },
  ({ request = [], response = [] }) => {
    const refused = [...request, ...response].filter((name) => isSecretName(name));
    return refused.length === 0 ? undefined : `${refused.join(", ")} may carry credentials, and never goes into a span`;
  },
);

/** Headers whose whole value is one URL. */
const URL_HEADERS = new Set(["location", "content-location", "referer"]);

/**
 * Writes the headers of `names` that are present, each as a list with one value, below the
 * attribute `prefix`. User info and queries of URLs in the values are redacted.
 */
export function recordHeaders(
  span: Span,
  prefix: string,
  names: readonly string[] | undefined,
  header: (name: string) => string | undefined,
): void {
  for (const name of names ?? []) {
    const lower = name.toLowerCase();
    const value = header(lower);
    if (value === undefined) continue;
    span.setAttribute(`${prefix}.${lower}`, [URL_HEADERS.has(lower) ? redactUrl(value) : redactUrls(value)]);
  }
}
