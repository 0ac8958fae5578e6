/**
 * A request that an adapter passes to a dispatcher, which may repeat it below the adapter:
 * `maxRedirections` of undici 6, and interceptors that were composed before ours. Each repeated
 * request gets its own span and headers, or none.
 */
import type { PeerSocket } from "../../network-peer.js";
import type { Call } from "../call.js";
import type { CallChain } from "../call-chain.js";
import { addressOf, type RequestAddress } from "../http-request.js";
import type { Origin } from "../origin.js";
import { parseOrigin } from "../origin.js";
import { findHeader, PairedHeaders } from "../paired-headers.js";

/** What is read of undici's request (6 and later, and the one inside Node). */
export interface UndiciRequest {
  readonly method: string;
  readonly origin: string | URL;
  readonly path: string;
  readonly upgrade?: string | null;
  readonly body?: unknown;
  /** Names and values in turn. */
  readonly headers: unknown[];
}

/** Header that identifies the request until undici has created it. It is never sent. */
export const REQUEST_KEY = "meshtrace-undici-request";

interface Answer {
  readonly status: number;
  readonly headers: readonly unknown[];
}

export class DispatchedRequest {
  #call: Call | undefined;
  #sendsStream = false;
  readonly #chain: CallChain;
  readonly #origin: Origin | undefined;
  readonly #headers: DispatchedHeaders;
  readonly #forget: () => void;
  #created = false;
  #answer: Answer | undefined;
  #error: unknown;

  constructor(chain: CallChain, address: RequestAddress | undefined, headers: DispatchedHeaders, forget: () => void) {
    this.#chain = chain;
    this.#origin = address?.origin;
    this.#headers = headers;
    this.#forget = forget;
  }

  /** The call whose end the handler reports. `undefined` while the origin is not known. */
  get call(): Call | undefined {
    return this.#call;
  }

  set call(call: Call | undefined) {
    this.#call = call;
    if (call !== undefined) call.sendsStream = this.#sendsStream;
  }

  /** Whether the body is a stream. */
  set sendsStream(sendsStream: boolean) {
    this.#sendsStream = sendsStream;
    if (this.#call !== undefined) this.#call.sendsStream = sendsStream;
  }

  /** Call when undici has created a request, the first or a later one, and has not yet sent it. */
  create(request: UndiciRequest): void {
    const repeated = this.#created;
    this.#created = true;
    if (repeated) this.#endPrevious();
    else this.#headers.restore();
    if (repeated || this.#origin === undefined) {
      const address = addressOf(request.origin, request.path);
      if (address !== undefined) {
        this.call = this.#chain.start(request.method, address, new PairedHeaders(request.headers));
      }
      return;
    }
    // A proxy, which receives the headers too.
    const connected = parseOrigin(typeof request.origin === "string" ? request.origin : request.origin.origin);
    if (connected === undefined || connected === this.#origin || connected.hostname === this.#origin.hostname) return;
    if (!this.#chain.propagatesTo(connected.hostname)) this.#headers.removeWritten(request.headers);
  }

  /** The response's head, which the handler does not receive if the request is repeated. */
  respond(status: number, headers: readonly unknown[]): void {
    if (status >= 300) this.#answer = { status, headers };
  }

  /** The error of a request, which the handler does not receive if it is repeated. */
  fail(error: unknown): void {
    this.#error = error;
  }

  /** undici begins to send the request, the first or a later one. */
  start(): void {}

  /** The connection that the latest request is sent over. */
  connect(socket: PeerSocket, version: string): void {
    this.#call?.connect(socket, version);
  }

  /** The handler receives nothing more. */
  finish(): void {
    this.#forget();
  }

  #endPrevious(): void {
    const { call } = this;
    const answer = this.#answer;
    if (answer !== undefined) call?.respond(answer.status, answer.headers, findHeader);
    if (this.#error === undefined) call?.end();
    else call?.failOrAbort(this.#error);
    this.#answer = undefined;
    this.#error = undefined;
  }
}

/** The headers of a dispatch, which undici copies when it creates a request. */
export interface DispatchedHeaders {
  /** Removes what was written, so that a repeated request begins with the app's headers. */
  restore(): void;
  /** Removes what was written from the header list of a created request. */
  removeWritten(list: unknown[]): void;
}
