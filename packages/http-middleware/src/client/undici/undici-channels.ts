/**
 * Calls of undici, and so of Node's own fetch, through the diagnostics channels that both publish, for zero-code
 * instrumentation: nothing is wrapped, and each request of a redirect is seen.
 *
 * https://undici.nodejs.org/#/docs/api/DiagnosticsChannel
 */
import { subscribe } from "node:diagnostics_channel";
import { adapterTracing } from "@meshtrace/core/adapter";
import { type Call, isStream } from "../call.js";
import { CallChain } from "../call-chain.js";
import { callChainOf, untraced } from "../call-context.js";
import { addressOf } from "../http-request.js";
import type { ClientOptions } from "../options.js";
import { findHeader, PairedHeaders } from "../paired-headers.js";

/** What is read of undici's request (6 and later, and the one inside Node). */
interface UndiciRequest {
  readonly method: string;
  readonly origin: string | URL;
  readonly path: string;
  readonly upgrade?: string | null;
  readonly body?: unknown;
  /** Names and values in turn. */
  readonly headers: unknown[];
}

interface Messages {
  readonly request: UndiciRequest;
  readonly response: { readonly statusCode: number; readonly headers: readonly unknown[] };
  readonly error: unknown;
}

interface Listener {
  /** The options of calls that no other adapter traces. Without them, such calls are not traced. */
  everything: ClientOptions | undefined;
}

// One listener a process, whichever build of this package (ESM or CommonJS) comes first.
const LISTENER: unique symbol = Symbol.for("meshtrace.undici-channels.v1") as never;
const shared = globalThis as { [LISTENER]?: Listener };

/** Subscribes to the channels. Returns the same object at each call. */
export function listen(): Listener {
  shared[LISTENER] ??= subscribeTo({ everything: undefined });
  return shared[LISTENER];
}

/** Runs `work`, whose one request is traced by the caller, or is not traced. */
export function unlistened<Result>(work: () => Result): Result {
  return shared[LISTENER]?.everything === undefined ? work() : untraced(work);
}

function subscribeTo(listener: Listener): Listener {
  const calls = new WeakMap<UndiciRequest, Call>();
  on("create", ({ request }) => {
    // A tunnel belongs to the proxy, and no channel reports the end of an upgrade.
    if (request.method === "CONNECT" || request.upgrade) return;
    const { everything } = listener;
    const chain = callChainOf(adapterTracing().contexts.active()) ?? (everything && new CallChain(everything));
    if (chain === undefined) return;
    const address = addressOf(request.origin, request.path);
    if (address === undefined) return;
    const call = chain.start(request.method, address, new PairedHeaders(request.headers));
    call.sendsStream = isStream(request.body);
    calls.set(request, call);
  });
  on("headers", ({ request, response: { statusCode, headers } }) => {
    calls.get(request)?.respond(statusCode, headers, findHeader);
  });
  on("trailers", ({ request }) => calls.get(request)?.end());
  on("error", ({ request, error }) => calls.get(request)?.failOrAbort(error));
  return listener;
}

function on(name: string, listener: (message: Messages) => void): void {
  subscribe(`undici:request:${name}`, (message) => listener(message as Messages));
}
