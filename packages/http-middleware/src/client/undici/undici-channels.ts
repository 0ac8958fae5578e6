/**
 * Calls of undici, and so of Node's own fetch, through the diagnostics channels that both publish: nothing is wrapped, each
 * hop of a redirect is a request of its own, and the request is over when its body is.
 *
 * https://undici.nodejs.org/#/docs/api/DiagnosticsChannel
 */
import { subscribe } from "node:diagnostics_channel";
import { adapterTracing } from "@meshtrace/core/adapter";
import type { Call } from "../call.js";
import { Hops } from "../call-chain.js";
import { madeIn, making } from "../call-context.js";
import type { ClientOptions } from "../options.js";
import { findHeader, PairedHeaders } from "../paired-headers.js";

/** What is read of undici's request (6 and 7, and the one inside Node). */
interface UndiciRequest {
  readonly method: string;
  readonly origin: string | URL;
  readonly path: string;
  readonly upgrade?: string | null;
  /** Names and values in turn. */
  readonly headers: unknown[];
}

interface Messages {
  readonly request: UndiciRequest;
  readonly response: { readonly statusCode: number; readonly headers: readonly unknown[] };
  readonly error: unknown;
}

interface Listening {
  /** The options for calls that nobody else traces; `undefined`: they are let alone. */
  everything: ClientOptions | undefined;
}

// One listener a process, whichever build of this package (ESM or CommonJS) comes first.
const LISTENING: unique symbol = Symbol.for("meshtrace.undici-channels.v1") as never;
const shared = globalThis as { [LISTENING]?: Listening };

/** Listens from now on for the hops of `tracedFetch`. The same object at each call. */
export function listen(): Listening {
  shared[LISTENING] ??= start({ everything: undefined });
  return shared[LISTENING];
}

/** Runs `work`, whose one request is traced by who calls this, or shall not be. */
export function unheard<Result>(work: () => Result): Result {
  return shared[LISTENING]?.everything === undefined ? work() : making(new Hops(), work);
}

function start(listening: Listening): Listening {
  const calls = new WeakMap<UndiciRequest, Call>();
  on("create", ({ request }) => {
    // A tunnel is the proxy's business, and nobody tells when an upgrade is over.
    if (request.method === "CONNECT" || request.upgrade) return;
    const { everything } = listening;
    const hops = madeIn(adapterTracing().contexts.active()) ?? (everything && new Hops(everything));
    if (hops === undefined) return;
    const url = urlOf(request.origin, request.path);
    if (url !== undefined) calls.set(request, hops.send(request.method, url, new PairedHeaders(request.headers)));
  });
  on("headers", ({ request, response: { statusCode, headers } }) => {
    calls.get(request)?.respond(statusCode, (name) => findHeader(headers, name));
  });
  on("trailers", ({ request }) => calls.get(request)?.end());
  on("error", ({ request, error }) => calls.get(request)?.breakOff(error));
  return listening;
}

function on(name: string, listener: (message: Messages) => void): void {
  subscribe(`undici:request:${name}`, (message) => listener(message as Messages));
}

/** The address of a request; `path` may be one that `new URL(path, origin)` would take for a host. */
export function urlOf(origin: string | URL, path: string): URL | undefined {
  const start = typeof origin === "string" ? origin.replace(/\/$/, "") : origin.origin;
  try {
    return new URL(path.startsWith("/") ? `${start}${path}` : path);
  } catch {
    return undefined;
  }
}
