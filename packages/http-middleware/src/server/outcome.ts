/**
 * What a finished request says of its end: status, errors, and whether the client was there to see it.
 *
 * Spec: https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server-span
 */
import { type Span, SpanStatusCode } from "@opentelemetry/api";

/** What an end says in every protocol. */
export interface Ended {
  /** A header of the response. */
  readonly header: (name: string) => string | undefined;
}

export interface Outcome extends Ended {
  /** Absent when no head of a response was sent. */
  readonly status?: number | undefined;
  /** Whether the response went out as a whole. */
  readonly complete: boolean;
}

/** What was thrown meanwhile, and when in milliseconds since the epoch. */
export interface Thrown {
  readonly thrown: unknown;
  readonly at: number;
}

/**
 * Writes the outcome onto the span. 5xx and a response that was cut off are errors; what was thrown is recorded with
 * them. Below 500 the app has made an answer of it (a 404 that a framework throws), and nothing is wrong with the server.
 */
export function finish(span: Span, { status, complete }: Outcome, error: Thrown | undefined): void {
  if (status !== undefined) span.setAttribute("http.response.status_code", status);
  const failed = !complete || (status !== undefined && status >= 500);
  if (!failed) return;
  if (error !== undefined) {
    const known = error.thrown instanceof Error ? error.thrown : new Error(String(error.thrown));
    span.recordException(known, error.at);
    span.setAttribute("error.type", known.name);
    span.setStatus({ code: SpanStatusCode.ERROR, message: known.message });
  } else if (!complete) {
    span.setAttribute("error.type", "aborted");
    span.setStatus({
      code: SpanStatusCode.ERROR,
      message: "the connection was closed before the response was complete",
    });
  } else {
    span.setAttribute("error.type", String(status));
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
}
