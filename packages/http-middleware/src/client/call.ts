/**
 * The one lifecycle of an outgoing HTTP call: started, answered, and ended exactly once, when the body is over.
 */
import { type Context, type Span, SpanStatusCode } from "@opentelemetry/api";
import { recordHeaders } from "../captured-headers.js";
import { hook } from "../hook.js";
import { HTTP_CAPTURED, methodName } from "../http-conventions.js";
import { recordError } from "../record-error.js";
import { setClientAttributes } from "./attributes.js";
import { type ClientConventions, type HeaderCarrier, startClientSpan } from "./client-span.js";
import { errorType, hasCode } from "./error-type.js";
import type { HttpRequest } from "./http-request.js";
import type { ClientOptions } from "./options.js";

const HTTP: ClientConventions<HttpRequest> = {
  hosts: ({ origin }) => origin.hostname,
  spanName: ({ method }) => methodName(method),
  setAttributes: setClientAttributes,
  captured: HTTP_CAPTURED.request,
};

/** Error types of a connection that this side has closed. */
const CLOSED = new Set(["ECONNRESET", "ERR_STREAM_PREMATURE_CLOSE", "aborted"]);

/** Finds a header of a response by its name in lower case. */
export type FindHeader<Headers> = (headers: Headers, name: string) => string | undefined;

/** A call in progress. Each method may be called at any time and repeatedly: the first one that ends the span counts. */
export class Call {
  /** The status of the response, once its head has arrived. */
  status: number | undefined;
  /** Called when the span ends. */
  onEnd: (() => void) | undefined;
  readonly #request: HttpRequest;
  readonly #options: ClientOptions;
  readonly #signal: AbortSignal | undefined;
  #span: Span | undefined;
  #headAt = 0;
  #closedByCaller = false;

  private constructor(
    span: Span | undefined,
    request: HttpRequest,
    options: ClientOptions,
    signal: AbortSignal | undefined,
  ) {
    this.#span = span?.isRecording() ? span : undefined;
    this.#request = request;
    this.#options = options;
    this.#signal = signal;
  }

  /** Starts the span of a call that is made in `caller`, and writes its headers to `headers`. Never throws. */
  static start(
    caller: Context,
    request: HttpRequest,
    headers: HeaderCarrier,
    options: ClientOptions,
    signal?: AbortSignal,
  ): Call {
    return new Call(startClientSpan(HTTP, caller, request, headers, options), request, options, signal);
  }

  /** A call that is not traced, and whose headers stay as they are. */
  static untraced(request: HttpRequest): Call {
    return new Call(undefined, request, {}, undefined);
  }

  /** Whether the span has not ended yet. False for a call that is not recorded. */
  get open(): boolean {
    return this.#span !== undefined;
  }

  /** Whether the phases of its connection are recorded. */
  get wantsConnectionEvents(): boolean {
    return this.open && this.#options.connectionEvents === true;
  }

  addEvent(name: string): void {
    this.#span?.addEvent(name);
  }

  /** The response's head has arrived. 4xx and 5xx are errors of a call. Ignores interim responses (1xx) except 101. */
  respond<Headers>(status: number, headers: Headers, find: FindHeader<Headers>): void {
    if (status < 200 && status !== 101) return;
    this.status = status;
    const span = this.#span;
    if (span === undefined) return;
    this.#headAt = performance.now();
    if (Number.isSafeInteger(status)) span.setAttribute("http.response.status_code", status);
    if (status >= 400) {
      span.setAttribute("error.type", String(status));
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
    const { onResponse, captureHeaders } = this.#options;
    if (onResponse === undefined && captureHeaders === undefined) return;
    const header = (name: string): string | undefined => find(headers, name.toLowerCase());
    if (captureHeaders !== undefined) recordHeaders(span, HTTP_CAPTURED.response, captureHeaders.response, header);
    if (onResponse !== undefined) hook(onResponse, undefined, span, this.#request, { status, header });
  }

  /** Ends the span of a response that has no body, whether or not the client reads it. Call after `respond`. */
  endWithoutBody(contentLength: unknown): void {
    const { status } = this;
    if (this.#request.method === "HEAD" || status === 204 || status === 304 || contentLength === "0") this.end();
  }

  /** The body has been received. `endTime` is that of `performance.now()`; default: now. */
  end(endTime?: number): void {
    const span = this.#span;
    if (span === undefined) return;
    this.#span = undefined;
    this.onEnd?.();
    span.end(endTime);
  }

  /** The caller cancels the body: no error, unless its signal was the cause. */
  cancel(): void {
    if (this.#signal?.aborted) this.fail(this.#signal.reason);
    this.#span?.addEvent("body cancelled");
    this.end();
  }

  /** The body is not read: the call was over with the response's head. */
  endUnread(): void {
    this.#span?.addEvent("body not read", undefined, this.#headAt);
    this.end(this.#headAt);
  }

  /** The caller has closed the connection, so that an error about a closed connection is not one of the server. */
  closeByCaller(): void {
    this.#closedByCaller = true;
  }

  /**
   * There is no response, or its body broke off. Where the caller's signal was the cause, it takes precedence over the
   * error. `type` is what the adapter knows better than the error.
   */
  fail(error: unknown, type: string = errorType(error)): void {
    const span = this.#span;
    if (span === undefined) return;
    const closed = this.#closedByCaller && CLOSED.has(type);
    if (closed && this.status !== undefined && !this.#signal?.aborted) {
      this.cancel();
      return;
    }
    recordError(span, error, this.#signal?.aborted ? abortType(this.#signal) : closed ? "aborted" : type);
    this.end();
  }

  /**
   * For clients that report a reader who stops as an error. After the head, an error without a code is the reader's
   * reason, and so is an abort.
   */
  failOrCancel(error: unknown): void {
    const stopped = errorType(error) === "aborted" || !hasCode(error);
    if (this.status !== undefined && stopped) this.cancel();
    else this.fail(error);
  }
}

/** A signal's reason may be any value. One that is no timeout is an abort. */
function abortType(signal: AbortSignal): string {
  return errorType(signal.reason) === "timeout" ? "timeout" : "aborted";
}
