/**
 * How a request ended: status, errors, and whether the response was complete.
 *
 * Spec: https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server-span
 */
import { recordError } from "@meshtrace/core/adapter";
import { type Span, SpanStatusCode } from "@opentelemetry/api";

/** The part of an outcome that every protocol has. */
export interface Ended {
  /** Returns a header of the response. */
  header(name: string): string | undefined;
}

export interface Outcome extends Ended {
  /** Absent when the head of the response was not sent. */
  readonly status?: number | undefined;
  /** Whether the whole response was sent. */
  readonly complete: boolean;
  /** Whether this side broke the connection; absent where that is not known. */
  readonly brokenHere?: boolean;
}

/** An error of the handler, and its time in milliseconds since the epoch. */
export interface Thrown {
  readonly thrown: unknown;
  readonly at: number;
}

/**
 * Writes the outcome onto the span. A status of 5xx and an incomplete response are errors, and
 * record what the handler threw, but for a stream of events that the client closed. Below 500 the
 * app has turned what was thrown into an answer, as a framework does with a 404: no server error.
 */
export function finish(span: Span, outcome: Outcome, error: Thrown | undefined): void {
  const { status } = outcome;
  const complete = outcome.complete || (error === undefined && isClosedEventStream(outcome));
  if (Number.isSafeInteger(status)) span.setAttribute("http.response.status_code", status as number);
  if (complete && (status === undefined || status < 500)) return;
  if (error !== undefined) {
    recordError(span, error.thrown, undefined, error.at);
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

/** A stream of events has no end: it is the client that closes it. */
function isClosedEventStream(outcome: Outcome): boolean {
  if (outcome.status === undefined || outcome.brokenHere === true) return false;
  return EVENT_STREAM.test(outcome.header("content-type") ?? "");
}

const EVENT_STREAM = /^\s*text\/event-stream\b/i;
