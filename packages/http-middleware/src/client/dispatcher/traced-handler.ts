/**
 * Handlers of undici that report to a call what they hand on.
 *
 * https://undici.nodejs.org/#/docs/api/Dispatcher?id=parameter-dispatchhandler
 */
import { findHeader } from "../paired-headers.js";
import { connectHttp2 } from "./connections.js";
import type { DispatchedRequest } from "./dispatched-request.js";

/** A handler of undici 7 and later, or one of undici 6 and of clients that were written for it. */
export type Handler = Readonly<Record<string, unknown>>;

// biome-ignore lint/suspicious/noExplicitAny: the arguments are handed on as they came.
type Method = (...args: any[]) => unknown;
type Methods<Name extends string> = Readonly<Record<Name, Method>>;

/** undici calls the methods that there are. */
type NewHandler = Partial<
  Methods<
    | "onRequestStart"
    | "onRequestUpgrade"
    | "onResponseStart"
    | "onResponseData"
    | "onResponseEnd"
    | "onResponseError"
    | "onResponseStarted"
    | "onBodySent"
    | "onRequestSent"
  >
>;

type OldHandler = Methods<"onConnect" | "onUpgrade" | "onHeaders" | "onData" | "onComplete" | "onError"> &
  Partial<Methods<"onResponseStarted" | "onBodySent" | "onRequestSent">>;

/** What a handler reports to: a request that may be repeated, or one call. */
export type Reported = Pick<DispatchedRequest, "call" | "start" | "finish">;

/** Returns a handler that does what `handler` does, and reports to the call of `reported`. */
export function tracedHandler(handler: Handler, reported: Reported): Handler {
  if (!isNewHandler(handler)) return oldHandler(handler, reported) as unknown as Handler;
  const traced = new TracedHandler(handler as unknown as NewHandler, reported) as unknown as Record<string, unknown>;
  // Of a handler that has both forms, undici 6 calls the old one.
  if (typeof handler["onError"] === "function") {
    const old = oldHandler(handler, reported);
    for (const name of OLD_METHODS) if (typeof handler[name] === "function") traced[name] = old[name].bind(old);
  }
  return traced;
}

function oldHandler(handler: Handler, reported: Reported): OldTracedHandler {
  return new OldTracedHandler(handler as unknown as OldHandler, reported);
}

const OLD_METHODS = ["onConnect", "onUpgrade", "onHeaders", "onData", "onComplete", "onError"] as const;

/** Whether the handler has the methods of undici 7 and later. */
export function isNewHandler(handler: Handler): boolean {
  return "onRequestStart" in handler;
}

const findValue = (headers: Readonly<Record<string, unknown>>, name: string): string | undefined =>
  headers[name]?.toString();

class TracedHandler {
  readonly #handler: NewHandler;
  readonly #reported: Reported;

  constructor(handler: NewHandler, reported: Reported) {
    this.#handler = handler;
    this.#reported = reported;
  }

  onRequestStart(controller: unknown, context: unknown): unknown {
    this.#reported.start();
    return this.#handler.onRequestStart?.(controller, context);
  }

  onRequestUpgrade(controller: unknown, status: number, headers: unknown, socket: unknown): unknown {
    this.#reported.call?.end();
    this.#reported.finish();
    return this.#handler.onRequestUpgrade?.(controller, status, headers, socket);
  }

  onResponseStarted(): unknown {
    return this.#handler.onResponseStarted?.();
  }

  onResponseStart(controller: unknown, status: number, headers: Record<string, unknown>, message: unknown): unknown {
    this.#reported.call?.respond(status, headers, findValue);
    return this.#handler.onResponseStart?.(controller, status, headers, message);
  }

  onResponseData(controller: unknown, chunk: unknown): unknown {
    return this.#handler.onResponseData?.(controller, chunk);
  }

  onResponseEnd(controller: unknown, trailers: unknown): unknown {
    this.#reported.call?.end();
    this.#reported.finish();
    return this.#handler.onResponseEnd?.(controller, trailers);
  }

  onResponseError(controller: unknown, error: unknown): unknown {
    this.#reported.call?.failOrAbort(error);
    this.#reported.finish();
    return this.#handler.onResponseError?.(controller, error);
  }

  onBodySent(chunk: unknown): unknown {
    return this.#handler.onBodySent?.(chunk);
  }

  onRequestSent(): unknown {
    return this.#handler.onRequestSent?.();
  }
}

class OldTracedHandler {
  readonly #handler: OldHandler;
  readonly #reported: Reported;

  constructor(handler: OldHandler, reported: Reported) {
    this.#handler = handler;
    this.#reported = reported;
  }

  onConnect(abort: unknown, context: unknown): unknown {
    this.#reported.start();
    return this.#handler.onConnect(abort, context);
  }

  onUpgrade(status: number, headers: unknown, socket: unknown): unknown {
    this.#reported.call?.end();
    this.#reported.finish();
    return this.#handler.onUpgrade(status, headers, socket);
  }

  onResponseStarted(): unknown {
    return this.#handler.onResponseStarted?.();
  }

  onHeaders(status: number, headers: unknown[], resume: unknown, message: unknown): unknown {
    connectHttp2(this.#reported.call);
    this.#reported.call?.respond(status, headers, findHeader);
    return this.#handler.onHeaders(status, headers, resume, message);
  }

  onData(chunk: unknown): unknown {
    return this.#handler.onData(chunk);
  }

  onComplete(trailers: unknown): unknown {
    this.#reported.call?.end();
    this.#reported.finish();
    return this.#handler.onComplete(trailers);
  }

  onError(error: unknown): unknown {
    this.#reported.call?.failOrAbort(error);
    this.#reported.finish();
    return this.#handler.onError(error);
  }

  onBodySent(chunk: unknown): unknown {
    return this.#handler.onBodySent?.(chunk);
  }

  onRequestSent(): unknown {
    return this.#handler.onRequestSent?.();
  }
}
