/**
 * The one lifecycle of a call that goes out: answered, and ended exactly once, when the body is over.
 */
import { type Span, SpanStatusCode } from "@opentelemetry/api";
import { recordHeaders } from "../captured-headers.js";
import { hook } from "../hook.js";
import { HTTP_CAPTURED } from "../http-conventions.js";
import { errorType, hasCode } from "./error-type.js";
import type { ClientOptions, OutgoingRequest } from "./options.js";

/** What a connection says that was closed from this side. */
const CLOSED = new Set(["ECONNRESET", "ERR_STREAM_PREMATURE_CLOSE", "aborted"]);

/** A call on its way. Each method may come at any time and more than once: the span ends with the first that ends it. */
export class Call {
  readonly #request: OutgoingRequest;
  readonly #options: ClientOptions;
  readonly #signal: AbortSignal | undefined;
  #span: Span | undefined;
  #givenUp = false;
  #status: number | undefined;
  #headAt: number | undefined;

  constructor(span: Span | undefined, request: OutgoingRequest, options: ClientOptions, signal?: AbortSignal) {
    this.#span = span?.isRecording() ? span : undefined;
    this.#request = request;
    this.#options = options;
    this.#signal = signal;
  }

  /** Whether there is a span that waits for its end. */
  get open(): boolean {
    return this.#span !== undefined;
  }

  /** The status, once the response's head has come. */
  get status(): number | undefined {
    return this.#status;
  }

  /** Whether the phases of a connection are wanted. */
  get wantsConnection(): boolean {
    return this.open && this.#options.connectionEvents === true;
  }

  event(name: string): void {
    this.#span?.addEvent(name);
  }

  /** The response's head is there, which ends the span when no body follows: 4xx and 5xx are errors of a call. Interim responses (1xx, but for 101) change nothing. */
  respond(status: number, header: (name: string) => string | undefined): void {
    if (status < 200 && status !== 101) return;
    this.#status = status;
    this.#headAt = performance.now();
    const span = this.#span;
    if (span === undefined) return;
    span.setAttribute("http.response.status_code", status);
    if (status >= 400) {
      span.setAttribute("error.type", String(status));
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
    const { onResponse, captureHeaders } = this.#options;
    if (captureHeaders !== undefined) recordHeaders(span, HTTP_CAPTURED.response, captureHeaders.response, header);
    hook(onResponse, undefined, span, this.#request, { status, header });
    const { method } = this.#request;
    if (method === "HEAD" || status === 204 || status === 304 || header("content-length") === "0") this.end();
  }

  /** The body is over. */
  end(): void {
    this.#span?.end();
    this.#span = undefined;
  }

  /** The caller wants no more of the body: an end like another, and marked; a failure where a signal was the cause. */
  cancel(): void {
    if (this.#signal?.aborted) this.fail(this.#signal.reason);
    this.#span?.addEvent("body cancelled");
    this.end();
  }

  /** Nobody reads the body: the call was over with the response's head. */
  endUnread(): void {
    this.#span?.addEvent("body not read", undefined, this.#headAt);
    this.#span?.end(this.#headAt);
    this.#span = undefined;
  }

  /** The caller has closed the connection: that it is closed then is no fault of the other side's. */
  giveUp(): void {
    this.#givenUp = true;
  }

  /**
   * No answer, or a body that broke off. That the caller's signal wanted it so is known here, whatever the error says;
   * `type`: what else the adapter knows better.
   */
  fail(error: unknown, type: string = errorType(error)): void {
    const span = this.#span;
    if (span === undefined) return;
    const closed = this.#givenUp && CLOSED.has(type);
    if (closed && this.#status !== undefined && !this.#signal?.aborted) {
      this.cancel();
      return;
    }
    const known = error instanceof Error ? error : new Error(String(error));
    span.recordException(known);
    span.setAttribute("error.type", this.#signal?.aborted ? abortType(this.#signal) : closed ? "aborted" : type);
    span.setStatus({ code: SpanStatusCode.ERROR, message: known.message });
    this.end();
  }

  /**
   * For clients that tell of a reader who stops by an error. Behind the head it is the reader's own reason when it has no
   * code, or that of an abort.
   */
  breakOff(error: unknown): void {
    const stopped = errorType(error) === "aborted" || !hasCode(error);
    if (this.#status !== undefined && stopped) this.cancel();
    else this.fail(error);
  }
}

/** A signal's reason may be anything: what is no timeout is an abort. */
function abortType(signal: AbortSignal): string {
  return errorType(signal.reason) === "timeout" ? "timeout" : "aborted";
}
