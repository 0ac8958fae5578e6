/**
 * Options of clients.
 */
import { types } from "node:util";
import type { PropagateTo } from "@meshtrace/core/adapter";
import type { Span } from "@opentelemetry/api";
import type { HeadersToCapture } from "../captured-headers.js";
import { aBoolean, checkOptions, type Rule, type Rules } from "../option-rules.js";
import { SHARED_OPTION_RULES } from "../shared-option-rules.js";

/** An outgoing request as hooks see it, the same for every client. */
export interface OutgoingRequest {
  /** Method in upper case. */
  readonly method: string;
  /** URL of the request. */
  readonly url: URL;
  /** After a redirect or a retry: the number of requests before this one. */
  readonly resend?: number | undefined;
}

/**
 * The head of a response. `header` finds a header by its name in any case, and returns `undefined`
 * for an absent one.
 */
export interface IncomingResponse {
  /** Status of the response. */
  readonly status: number;
  /** Returns a header, whatever the case of its name. */
  readonly header: (name: string) => string | undefined;
}

/**
 * Options of clients. `Request` and `Response` are what the client passes to hooks. A failing hook
 * is logged once.
 */
export interface ClientOptions<Request = OutgoingRequest, Response = IncomingResponse> {
  /** The hosts that calls carry tracing headers to. @default the setting of `initTracing` */
  readonly propagateTo?: PropagateTo;
  /** Returns the span's name. @default the method */
  readonly spanName?: (request: Request) => string;
  /** Selects calls that are not recorded and still carry headers. @default none */
  readonly ignore?: (request: Request) => boolean;
  /** Called with the started span, before the headers are written. */
  readonly onRequest?: (span: Span, request: Request) => void;
  /** Called with the span when the response's head has arrived. */
  readonly onResponse?: (span: Span, request: Request, response: Response) => void;
  /**
   * Headers to record as `http.request.header.*` and `http.response.header.*`. Headers with
   * credentials are refused.
   */
  readonly captureHeaders?: HeadersToCapture;
  /**
   * Keeps the query in `url.full`; parameters with credentials are redacted.
   * @default false: queries carry secrets
   */
  readonly captureQuery?: boolean;
  /**
   * Adds events for the phases of a new connection: `lookup`, `connect`, `secureConnect`. Only
   * node:http and node:https report them; undici and fetch do not say which request a connection is
   * made for.
   * @default false
   */
  readonly connectionEvents?: boolean;
}

/** Tracing of one call: `false` turns it off, and options override those of the client. */
export type CallTracing<Options = ClientOptions> = boolean | Options;

const TARGETS = ["mesh", "all", "none"];

const propagateTo: Rule = {
  allowed: '"mesh", "all", "none", a function, or a list of strings and regular expressions',
  accepts: (value) =>
    typeof value === "function" ||
    TARGETS.includes(value as string) ||
    (Array.isArray(value) && value.every((item) => typeof item === "string" || types.isRegExp(item))),
};

const RULES: Rules<ClientOptions> = {
  propagateTo,
  ...SHARED_OPTION_RULES,
  connectionEvents: aBoolean,
};

/**
 * Returns the options. Throws `TypeError` for an unknown name, a value of the wrong type, and a
 * header to capture that carries credentials. `excluded` lists options without meaning in this
 * protocol.
 */
export function checkClientOptions<Options extends ClientOptions<never, never>>(
  options: Options,
  excluded?: readonly (keyof ClientOptions)[],
): Options {
  checkOptions<ClientOptions>(options, RULES, excluded);
  return options;
}

/**
 * Returns the options of one call, or `undefined` when it is not traced. Throws `TypeError` as
 * `checkClientOptions`.
 */
export function callOptions<Options extends ClientOptions<never, never>>(
  client: Options,
  call: CallTracing<Options> | undefined,
  excluded?: readonly (keyof ClientOptions)[],
): Options | undefined {
  if (call === undefined || call === true) return client;
  if (call === false) return undefined;
  return { ...client, ...checkClientOptions(call, excluded) };
}
