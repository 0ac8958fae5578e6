/**
 * Calls of undici, and so of Node's own fetch, through the diagnostics channels that both publish: nothing is wrapped, each
 * hop of a redirect is a request of its own, and the request is over when its body is.
 *
 * https://undici.nodejs.org/#/docs/api/DiagnosticsChannel
 */
import { subscribe } from "node:diagnostics_channel";
import { adapterTracing } from "@meshtrace/core";
import type { ClientOptions } from "../options.js";
import { type Call, send } from "./call.js";
import { type Hops, madeIn } from "./hops.js";
import { findHeader, PairedHeaders } from "./paired-headers.js";

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

function start(listening: Listening): Listening {
  const calls = new WeakMap<UndiciRequest, [Call, Hops | undefined]>();
  on("create", ({ request }) => {
    const made = madeIn(adapterTracing().contexts.active());
    const hops = made === "traced" ? undefined : made;
    const options = made === undefined ? listening.everything : hops?.options;
    // A tunnel is the proxy's business, and nobody tells when an upgrade is over.
    if (options === undefined || request.method === "CONNECT" || request.upgrade) return;
    // No hop, but a call by the source of the body that is being sent.
    if (hops?.call?.open && !hops.call.answered) return;
    const { method, origin, path } = request;
    const resend = hops?.resend;
    const hop = { method, url: new URL(path, origin), ...(resend === undefined ? {} : { resend }) };
    const call = send(hop, new PairedHeaders(request.headers), options);
    hops?.next(call);
    calls.set(request, [call, hops]);
  });
  on("headers", ({ request, response: { statusCode, headers } }) => {
    if (statusCode >= 200) calls.get(request)?.[0].respond(statusCode, (name) => findHeader(headers, name));
  });
  on("trailers", ({ request }) => calls.get(request)?.[0].end());
  on("error", ({ request, error }) => {
    const [call, hops] = calls.get(request) ?? [];
    if (call === undefined) return;
    if (call.answered && !hops?.aborted && isStopped(error)) call.cancel();
    else if (hops === undefined) call.fail(error);
    else hops.fail(call, error);
  });
  return listening;
}

function on(name: string, listener: (message: Messages) => void): void {
  subscribe(`undici:request:${name}`, (message) => listener(message as Messages));
}

/** Whether it is the reader's own reason, given to `cancel()`: what undici finds wrong itself has a code. */
function isStopped(error: unknown): boolean {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code !== "string" || code === "UND_ERR_ABORTED";
}
