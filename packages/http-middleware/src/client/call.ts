/**
 * The one lifecycle of an outgoing HTTP call: started, answered, and ended exactly once, when the
 * body is over.
 */
import { recordError } from "@meshtrace/core/adapter";
import { type Context, type Span, SpanStatusCode } from "@opentelemetry/api";
import { recordHeaders } from "../captured-headers.js";
import { monotonicNow } from "../clock.js";
import { hook } from "../hook.js";
import { HTTP_CAPTURED, methodName } from "../http-conventions.js";
import { type PeerSocket, peerOf, setPeer } from "../network-peer.js";
import { setClientAttributes } from "./attributes.js";
import { type ClientConventions, startClientSpan } from "./client-span.js";
import { isClosedByTimeout } from "./closed-by-timeout.js";
import { type ClosedSocket, isClosedHere } from "./closed-socket.js";
import { errorType, hasCode } from "./error-type.js";
import type { HeaderCarrier } from "./header-carrier.js";
import type { HttpRequest } from "./http-request.js";
import type { ClientOptions } from "./options.js";

const HTTP: ClientConventions<HttpRequest> = {
  hosts: ({ origin, via }) => (via === undefined ? origin.hostname : [via, origin.hostname]),
  spanName: ({ method }) => methodName(method),
  setAttributes: setClientAttributes,
  captured: HTTP_CAPTURED.request,
};

/** Error types of a connection that this side has closed. */
const CLOSED = new Set(["ECONNRESET", "ERR_STREAM_PREMATURE_CLOSE", "aborted"]);

/** Finds a header of a response by its name in lower case. */
export type FindHeader<Headers> = (headers: Headers, name: string) => string | undefined;

/**
 * A call in progress. Each method may be called at any time and repeatedly: the first one that ends
 * the span counts.
 */
export class Call {
  /** The status of the response, once its head has arrived. */
  status: number | undefined;
  /** Called when the span ends. */
  onEnd: (() => void) | undefined;
  /** Whether the request's body is a stream of the caller, which may fail. */
  sendsStream = false;
  readonly #request: HttpRequest;
  readonly #options: ClientOptions;
  readonly #signal: AbortSignal | undefined;
  #span: Span | undefined;
  #headAt = 0;
  #closing: { readonly reason: unknown } | undefined;
  #expired = false;
  #connected = false;

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

  /**
   * Starts the span of a call that is made in `caller`, and writes its headers to `headers`. Never
   * throws.
   */
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

  /** The origin of a recorded call whose connection is not known yet; otherwise `undefined`. */
  get unconnected(): string | undefined {
    return this.#span === undefined || this.#connected ? undefined : this.#request.origin.text;
  }

  /** Whether the phases of its connection are recorded. */
  get wantsConnectionEvents(): boolean {
    return this.open && this.#options.connectionEvents === true;
  }

  addEvent(name: string): void {
    this.#span?.addEvent(name);
  }

  /** Whether it is a call of this method for this path. */
  isFor(method: string, target: string): boolean {
    const request = this.#request;
    return request.method === method && request.target === target;
  }

  /** Writes the connection that a response comes over. Call before `respond`. */
  connect(socket: PeerSocket | null | undefined, version: string | undefined): void {
    const span = this.#span;
    if (span === undefined) return;
    this.#connected = true;
    if (version) span.setAttribute("network.protocol.version", version);
    const { address, port } = peerOf(socket);
    setPeer(span, address, port);
  }

  /**
   * The response's head has arrived. 4xx and 5xx are errors of a call. Ignores interim responses
   * (1xx) except 101.
   */
  respond<Headers>(status: number, headers: Headers, find: FindHeader<Headers>): void {
    if (status < 200 && status !== 101) return;
    this.status = status;
    const span = this.#span;
    if (span === undefined) return;
    this.#headAt = monotonicNow();
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

  /**
   * Ends the span of a response that has no body, whether or not the client reads it. Call after
   * `respond`.
   */
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

  /** The body is not read: the call was over with the response's head. */
  endUnread(): void {
    this.#span?.addEvent("body not read", undefined, this.#headAt);
    this.end(this.#headAt);
  }

  /**
   * The client reports that its connection was idle for too long. What the caller closes from now
   * on is a timeout.
   */
  expire(): void {
    this.#expired = true;
  }

  /**
   * The caller closes the connection: what the client reports next is no error of the server.
   * `reason` is what the caller passed. Call it in the caller's tick, in which a timeout can be
   * recognized.
   */
  closeByCaller(reason?: unknown): void {
    if (this.#span === undefined) return;
    this.#closing ??= { reason };
    if (this.#expired || this.#signal?.aborted || typeOfReason(reason) === "timeout") return;
    this.#expired = isClosedByTimeout();
  }

  /**
   * The same for a socket that this side has closed, if it has: without a word to the request, or
   * by its timeout.
   */
  closeHere(socket: ClosedSocket | null | undefined): void {
    if (this.#span === undefined || this.#closing !== undefined || !isClosedHere(socket)) return;
    this.#closing = { reason: undefined };
    const since = this.status === undefined ? startOf(this.#span) : this.#headAt;
    // Timers may fire up to a millisecond early.
    this.#expired ||=
      socket.timeout !== undefined && socket.timeout > 0 && monotonicNow() - since >= socket.timeout - 1;
  }

  /**
   * There is no response, or its body broke off. A call that its own caller aborts is no error, and
   * a timeout is one.
   */
  fail(error: unknown): void {
    this.#fail(error, errorType(error));
  }

  /**
   * For clients that report the reason of an abort as an error: it is one without a code. So is the
   * error of a stream that the caller sends.
   */
  failOrAbort(error: unknown): void {
    const isReason = !hasCode(error) && (!this.sendsStream || this.status !== undefined);
    this.#fail(error, isReason ? typeOfReason(error) : errorType(error));
  }

  #fail(error: unknown, type: string): void {
    const span = this.#span;
    if (span === undefined) return;
    const cause = this.#causeOf(type);
    if (cause === "aborted") span.addEvent(this.status === undefined ? "call cancelled" : "body cancelled");
    else recordError(span, error, cause);
    this.end();
  }

  /** Returns the type of an error, or of what the caller did to provoke it. */
  #causeOf(type: string): string {
    if (this.#signal?.aborted) return errorType(this.#signal.reason) === "timeout" ? "timeout" : "aborted";
    if (this.#closing === undefined || !(CLOSED.has(type) || this.#closing.reason !== undefined)) return type;
    return this.#expired ? "timeout" : typeOfReason(this.#closing.reason);
  }
}

/** The start of a span in milliseconds of `performance.now()`. */
function startOf(span: Span): number {
  const { startTime: [seconds, nanoseconds] = [0, 0] } = span as { startTime?: readonly [number, number] };
  return seconds * 1000 + nanoseconds / 1e6 - performance.timeOrigin;
}

/**
 * The type of what a caller passes when it aborts a call. An error with a code, such as one of a
 * parser, is a failure.
 */
function typeOfReason(reason: unknown): string {
  const type = errorType(reason);
  return type === "timeout" || hasCode(reason) ? type : "aborted";
}
