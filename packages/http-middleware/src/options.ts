/**
 * Options of servers and clients, checked at the door.
 */

import type { IncomingMessage, ServerResponse } from "node:http";
import type { PropagateTo, Trust } from "@meshtrace/core/adapter";
import { diag, type Span } from "@opentelemetry/api";
import { checkCapturedHeaders, type HeadersToCapture } from "./captured-headers.js";
import { RESPONSE_HEADERS, type ResponseHeader } from "./server/response-headers.js";

/** Options of servers. `Request` and `Response`: what the server hands to hooks. A hook that fails is reported once. */
export interface ServerOptions<Request = IncomingMessage, Response = ServerResponse> {
  /** The span's name; default the method, with the route where a framework has one. */
  readonly spanName?: (request: Request) => string;
  /** Requests that are not recorded, and still forward their headers. Default: probes of Kubernetes and metrics. */
  readonly ignore?: (request: Request) => boolean;
  /** Called with the span when it has started, before the handler. */
  readonly onRequest?: (span: Span, request: Request) => void;
  /** Called with the span when the response is over, before it ends. */
  readonly onResponse?: (span: Span, request: Request, response: Response) => void;
  /** Headers to record as `http.request.header.*` and `http.response.header.*`. Those of credentials are refused. */
  readonly captureHeaders?: HeadersToCapture;
  /** Records `url.query`, but for the signatures that are credentials. Default false: queries carry secrets. */
  readonly captureQuery?: boolean;
  /** Names the trace in the response. Default: none, because the response may go to a stranger. */
  readonly responseHeaders?: readonly ResponseHeader[];
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

/** Options of clients. `Request` and `Response`: what the client hands to hooks. A hook that fails is reported once. */
export interface ClientOptions<Request = OutgoingRequest, Response = IncomingResponse> {
  /** The hosts that calls carry tracing headers to; default as `initTracing` says. */
  readonly propagateTo?: PropagateTo;
  /** The span's name; default the method. */
  readonly spanName?: (request: Request) => string;
  /** Calls that are not recorded, and still carry headers. Default: none. */
  readonly ignore?: (request: Request) => boolean;
  /** Called with the span when it has started, before the headers are written. */
  readonly onRequest?: (span: Span, request: Request) => void;
  /** Called with the span when the response's head is there. */
  readonly onResponse?: (span: Span, request: Request, response: Response) => void;
  /** Headers to record as `http.request.header.*` and `http.response.header.*`. Those of credentials are refused. */
  readonly captureHeaders?: HeadersToCapture;
  /** Leaves the query in `url.full`, but for the signatures that are credentials. Default false: queries carry secrets. */
  readonly captureQuery?: boolean;
  /**
   * Events for the phases of a new connection: `lookup`, `connect`, `secureConnect`. Default false. Only node:http and
   * https tell of them; undici and fetch do not say for whose request a connection is made.
   */
  readonly connectionEvents?: boolean;
}

/** Of one call: `false` makes it as if tracing were not there; options stand over those of the client. */
export type CallTracing<Options = ClientOptions> = boolean | Options;

const SERVER_NAMES: readonly (keyof ServerOptions)[] = [
  "spanName",
  "ignore",
  "onRequest",
  "onResponse",
  "captureHeaders",
  "captureQuery",
  "responseHeaders",
  "trust",
];
const CLIENT_NAMES: readonly (keyof ClientOptions)[] = [
  "propagateTo",
  "spanName",
  "ignore",
  "onRequest",
  "onResponse",
  "captureHeaders",
  "captureQuery",
  "connectionEvents",
];

/**
 * The options. Throws `TypeError` for an unknown name, for a header that carries credentials or is none of ours. `without`:
 * options that mean nothing in this protocol.
 */
export function checkServerOptions<Options extends ServerOptions<never, never>>(
  options: Options,
  without: readonly (keyof ServerOptions)[] = [],
): Options {
  check(options, SERVER_NAMES, without);
  checkCapturedHeaders(options.captureHeaders);
  for (const name of options.responseHeaders ?? []) {
    if (!RESPONSE_HEADERS.includes(name)) {
      throw new TypeError(`responseHeaders: unknown ${name}; one of ${RESPONSE_HEADERS.join(", ")}`);
    }
  }
  return options;
}

/** The options. Throws `TypeError` for an unknown name, or for a header that carries credentials; `without` as above. */
export function checkClientOptions<Options extends ClientOptions<never, never>>(
  options: Options,
  without: readonly (keyof ClientOptions)[] = [],
): Options {
  check(options, CLIENT_NAMES, without);
  checkCapturedHeaders(options.captureHeaders);
  return options;
}

/** The options of one call; `undefined` when it shall not be traced. Throws `TypeError` for an unknown option. */
export function callOptions<Options extends ClientOptions<never, never>>(
  client: Options,
  call: CallTracing<Options> | undefined,
  without?: readonly (keyof ClientOptions)[],
): Options | undefined {
  if (call === undefined || call === true) return client;
  if (call === false) return undefined;
  return { ...client, ...checkClientOptions(call, without) };
}

/** Throws `TypeError` that lists the right names when one is unknown. */
function check(options: object, known: readonly string[], without: readonly string[]): void {
  const names = known.filter((name) => !without.includes(name));
  for (const name of Object.keys(options)) {
    if (!names.includes(name)) throw new TypeError(`unknown option ${name}; one of ${names.join(", ")}`);
  }
}

const told = new WeakSet<object>();

/**
 * What a hook of the user's returns for `given`; `fallback` without a hook, and when it throws, rejects or answers with a
 * promise where a value is asked for: each is said once for each hook, and harms no request.
 */
export function hook<Given extends unknown[], Result>(
  call: ((...given: Given) => Result) | undefined,
  fallback: Result,
  ...given: Given
): Result {
  if (call === undefined) return fallback;
  try {
    const result = call(...given);
    if (!isThenable(result)) return result;
    Promise.resolve(result).catch((error: unknown) => tell(call, error));
    if (fallback !== undefined) tell(call, new TypeError("a promise came back, and a value was asked for"));
  } catch (error) {
    tell(call, error);
  }
  return fallback;
}

function isThenable(result: unknown): boolean {
  return typeof (result as { then?: unknown } | null | undefined)?.then === "function";
}

function tell(call: { readonly name: string }, error: unknown): void {
  if (told.has(call)) return;
  told.add(call);
  diag.error(`meshtrace: the hook ${call.name || "(anonymous)"} failed, and will not be reported again`, error);
}
