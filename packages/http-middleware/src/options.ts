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

export interface ClientOptions {
  /** The hosts that calls carry tracing headers to; default as `initTracing` says. */
  readonly propagateTo?: PropagateTo;
}

const SERVER_NAMES: readonly (keyof ServerOptions)[] = ["spanName", "ignore", "onRequest", "onResponse", "trust"];
const CLIENT_NAMES: readonly (keyof ClientOptions)[] = ["propagateTo"];

export function checkServerOptions(options: ServerOptions): ServerOptions {
  return check(options, SERVER_NAMES);
}

export function checkClientOptions(options: ClientOptions): ClientOptions {
  return check(options, CLIENT_NAMES);
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
