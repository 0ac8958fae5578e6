/**
 * Errors on spans, without the credentials that their texts name.
 *
 * Spec: https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-spans/
 */
import { type Exception, type Span, SpanStatusCode } from "@opentelemetry/api";
import { causesOf, causeText } from "../text/error-causes.js";
import { redactCredentials } from "../text/redact-credentials.js";

/** What is read of a thrown value, which may be anything. */
interface Thrown {
  readonly name: string;
  readonly message: string;
  readonly code?: string | number;
  readonly stack?: string;
}

/**
 * Records `thrown` as an exception and as the span's status. `type` is the attribute `error.type`;
 * default: the error's name. `at` is the time in milliseconds since the epoch; default: now.
 * The causes of an error follow its stack trace. Credentials, and queries of URLs, are redacted in
 * every text. A value that cannot be read is recorded as `Error`. Never throws.
 */
export function recordError(span: Span, thrown: unknown, type?: string, at?: number): void {
  const error = redacted(thrown);
  span.recordException(error as Exception, at);
  span.setAttribute("error.type", redactCredentials(type ?? error.name));
  span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
}

function redacted(thrown: unknown): Thrown {
  if (!isErrorLike(thrown)) return { name: "Error", message: redactCredentials(asText(thrown)) };
  const code = read(thrown, "code");
  const stack = read(thrown, "stack");
  const causes = causesOf(thrown);
  const trace = [...(typeof stack === "string" ? [stack] : []), ...causes.map(causeText)];
  return {
    name: redactCredentials(asText(read(thrown, "name") ?? "Error")),
    message: redactCredentials(asText(read(thrown, "message"))),
    ...(typeof code === "string" && { code: redactCredentials(code) }),
    ...(typeof code === "number" && { code }),
    ...(trace.length > 0 && { stack: redactCredentials(trace.join("\n")) }),
  };
}

/** Errors of another realm, as of a `vm` context, are no instances of this realm's `Error`. */
function isErrorLike(thrown: unknown): thrown is object {
  return typeof thrown === "object" && thrown !== null && typeof read(thrown, "message") === "string";
}

function read(error: object, name: keyof Thrown): unknown {
  try {
    return (error as Thrown)[name];
  } catch {
    return undefined;
  }
}

/** Objects without a text form and proxies throw. */
function asText(value: unknown): string {
  try {
    return String(value);
  } catch {
    return "";
  }
}
