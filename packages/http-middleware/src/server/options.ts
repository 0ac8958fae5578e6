/**
 * Options of servers.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Trust } from "@meshtrace/core/adapter";
import type { Span } from "@opentelemetry/api";
import type { HeadersToCapture } from "../captured-headers.js";
import { checkOptions, listOf, oneOf, type Rules } from "../option-rules.js";
import { SHARED_OPTION_RULES } from "../shared-option-rules.js";
import { RESPONSE_HEADERS, type ResponseHeader } from "./response-headers.js";

/**
 * Options of servers. `Request` and `Response` are what the server passes to hooks. A failing hook
 * is logged once.
 */
export interface ServerOptions<Request = IncomingMessage, Response = ServerResponse> {
  /**
   * Returns the span's name.
   * @default the method, followed by the route where a framework has one
   */
  readonly spanName?: (request: Request) => string;
  /**
   * Selects requests that are only forwarded and not recorded.
   * @default probes of Kubernetes and scrapes of metrics
   */
  readonly ignore?: (request: Request) => boolean;
  /** Called with the started span, before the handler. */
  readonly onRequest?: (span: Span, request: Request) => void;
  /** Called with the span after the response, before the span ends. */
  readonly onResponse?: (span: Span, request: Request, response: Response) => void;
  /**
   * Headers to record as `http.request.header.*` and `http.response.header.*`. Headers with
   * credentials are refused.
   */
  readonly captureHeaders?: HeadersToCapture;
  /**
   * Records `url.query`; parameters with credentials are redacted.
   * @default false, because queries carry secrets
   */
  readonly captureQuery?: boolean;
  /**
   * Headers that name the trace in the response.
   * @default none, because clients outside the mesh would see them
   */
  readonly responseHeaders?: readonly ResponseHeader[];
  /** How much of the caller's trace context is trusted. @default the setting of `initTracing` */
  readonly trust?: Trust;
}

const RULES: Rules<ServerOptions> = {
  ...SHARED_OPTION_RULES,
  responseHeaders: listOf(...RESPONSE_HEADERS),
  trust: oneOf("continue", "restart", "ignore"),
};

/**
 * Returns the options. Throws `TypeError` for an unknown name, a value of the wrong type, and a
 * header to capture that carries credentials. `excluded` lists options without meaning in this
 * protocol.
 */
export function checkServerOptions<Options extends ServerOptions<never, never>>(
  options: Options,
  excluded?: readonly (keyof ServerOptions)[],
): Options {
  checkOptions<ServerOptions>(options, RULES, excluded);
  return options;
}
