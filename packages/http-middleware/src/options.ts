/**
 * Options of servers and clients, checked at the door.
 */

import type { IncomingMessage, ServerResponse } from "node:http";
import type { PropagateTo, Trust } from "@meshtrace/core";
import { diag, type Span } from "@opentelemetry/api";

export interface ServerOptions {
  /** The span's name; default the method, with the route where a framework has one. */
  readonly spanName?: (request: IncomingMessage) => string;
  /** Requests that are not recorded, and still forward their headers. Default: probes of Kubernetes and metrics. */
  readonly ignore?: (request: IncomingMessage) => boolean;
  readonly onRequest?: (span: Span, request: IncomingMessage) => void;
  readonly onResponse?: (span: Span, request: IncomingMessage, response: ServerResponse) => void;
  /** What becomes of a context from outside; default as `initTracing` says. */
  readonly trust?: Trust;
}

/** A request that goes out, as hooks see it: the same for every client. */
export interface OutgoingRequest {
  readonly method: string;
  readonly url: URL;
  /** Behind a redirect: how many requests came before this one. */
  readonly resend?: number;
}

/** The head of a response that came back. `header` finds a header by its name in any case; `undefined`: not there. */
export interface IncomingResponse {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
}

export interface ClientOptions {
  /** The hosts that calls carry tracing headers to; default as `initTracing` says. */
  readonly propagateTo?: PropagateTo;
  /** The span's name; default the method. */
  readonly spanName?: (request: OutgoingRequest) => string;
  /** Calls that are not recorded, and still carry headers. Default: none. */
  readonly ignore?: (request: OutgoingRequest) => boolean;
  readonly onRequest?: (span: Span, request: OutgoingRequest) => void;
  readonly onResponse?: (span: Span, request: OutgoingRequest, response: IncomingResponse) => void;
}

/** Of one call: `false` makes it as if tracing were not there; options stand over those of the client. */
export type CallTracing = boolean | ClientOptions;

const SERVER_NAMES: readonly (keyof ServerOptions)[] = ["spanName", "ignore", "onRequest", "onResponse", "trust"];
const CLIENT_NAMES: readonly (keyof ClientOptions)[] = ["propagateTo", "spanName", "ignore", "onRequest", "onResponse"];

export function checkServerOptions(options: ServerOptions): ServerOptions {
  return check(options, SERVER_NAMES);
}

export function checkClientOptions(options: ClientOptions): ClientOptions {
  return check(options, CLIENT_NAMES);
}

/** The options of one call; `undefined` when it shall not be traced. Throws `TypeError` for an unknown option. */
export function callOptions(client: ClientOptions, call: CallTracing | undefined): ClientOptions | undefined {
  if (call === undefined || call === true) return client;
  if (call === false) return undefined;
  return { ...client, ...checkClientOptions(call) };
}

/** The options; throws `TypeError` that lists the right names when one is unknown. */
function check<Options extends object>(options: Options, names: readonly (keyof Options)[]): Options {
  for (const name of Object.keys(options)) {
    if (!names.includes(name as keyof Options)) {
      throw new TypeError(`unknown option ${name}; one of ${names.map(String).join(", ")}`);
    }
  }
  return options;
}

let told = false;

/** What a hook of the user's returns; `fallback` when it throws, which is said once and harms no request. */
export function hook<Result>(call: () => Result, fallback: Result): Result {
  try {
    return call();
  } catch (error) {
    if (!told) diag.error("meshtrace: a hook threw, and will not be reported again", error);
    told = true;
    return fallback;
  }
}
