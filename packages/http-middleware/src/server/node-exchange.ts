/**
 * The lifecycle of Node's own requests and responses: http, https and the compatibility API of http2, on which every
 * framework for Node builds.
 */
import { nodeHeadersGetter } from "@meshtrace/core/adapter";
import type { TextMapGetter } from "@opentelemetry/api";
import { routeOf } from "./adapters/express-route.js";
import type { Arrival } from "./arrival.js";
import { HTTP } from "./conventions.js";
import { bindEmitter, type Emitter } from "./emitter.js";
import { Exchange } from "./exchange.js";
import { exchangeOf } from "./exchange-marks.js";
import type { ServerOptions } from "./options.js";
import type { Outcome } from "./outcome.js";

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** The members of a request that are read. */
export interface NodeRequest extends Emitter {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly httpVersion: string;
  readonly headers: Headers;
  readonly socket: unknown;
}

/** The members of a response that are read. */
export interface NodeResponse extends Emitter {
  readonly statusCode: number;
  readonly headersSent: boolean;
  readonly writableEnded: boolean;
  readonly writableFinished?: boolean;
  getHeader(name: string): string | number | readonly string[] | undefined;
  setHeader(name: string, value: string): unknown;
}

/** Returns the exchange of a request or stream, or `undefined` before it is received. */
export function exchangeOfRequest(request: object): Exchange | undefined {
  return exchangeOf(request) as Exchange | undefined;
}

/**
 * Returns the exchange of a request. It ends when the response is complete or the connection is closed. A second call for the
 * same request returns the same exchange, and its options override the earlier ones.
 */
export function receiveNode<Request extends NodeRequest, Response extends NodeResponse>(
  request: Request,
  response: Response,
  options: ServerOptions<Request, Response>,
): Exchange<Request, Response> {
  const known = exchangeOf(request) as Exchange<Request, Response> | undefined;
  if (known === undefined) return new NodeExchange(request, response, options);
  known.adopt(options, request);
  return known;
}

class NodeExchange<Request extends NodeRequest, Response extends NodeResponse> extends Exchange<Request, Response> {
  private readonly request: Request;
  private readonly response: Response;

  constructor(request: Request, response: Response, options: ServerOptions<Request, Response>) {
    super(HTTP, new NodeArrival(request), request, options);
    this.request = request;
    this.response = response;
    bindEmitter(request, this);
    bindEmitter(response, this);
    if (options.responseHeaders !== undefined) this.announce((name, value) => response.setHeader(name, value));
  }

  /**
   * `close` of the response comes once, after its last byte or when the connection breaks. A response that waited behind
   * another one on the connection (pipelining) gets none when that breaks; its request does.
   */
  override closed(emitter: object): void {
    if (!this.open || (emitter !== this.response && !isDestroyed(this.request.socket))) return;
    this.route ??= routeOf(this.request);
    this.end(this.request, this.response, new NodeOutcome(this.request, this.response));
  }
}

class NodeOutcome implements Outcome {
  readonly status: number | undefined;
  readonly complete: boolean;
  private readonly response: NodeResponse;

  constructor(request: NodeRequest, response: NodeResponse) {
    const { headersSent } = response;
    this.status = headersSent ? response.statusCode : undefined;
    this.complete = headersSent ? response.writableFinished === true : isUpgraded(request);
    this.response = response;
  }

  header(name: string): string | undefined {
    return this.response.getHeader(name)?.toString();
  }
}

// absolute-form = scheme "://" [ userinfo "@" ] host [ ":" port ] ...; RFC 9112, section 3.2.2.
const ABSOLUTE_FORM = /^[a-z][a-z\d+.-]*:\/\/(?:[^/?#]*@)?([^/?#]+)/i;

/** A request of Node as it arrived. Each member is read once, and only for requests that need it. */
export class NodeArrival implements Arrival<Headers> {
  readonly headers: Headers;
  readonly getter: TextMapGetter<Headers> = nodeHeadersGetter;
  private readonly request: NodeRequest;

  constructor(request: NodeRequest) {
    this.request = request;
    this.headers = request.headers;
  }

  get method(): string {
    return this.request.method ?? "GET";
  }

  get target(): string {
    return this.request.url ?? "/";
  }

  get version(): string {
    return this.request.httpVersion;
  }

  get scheme(): "http" | "https" {
    return (this.request.socket as { encrypted?: boolean } | null)?.encrypted === true ? "https" : "http";
  }

  /** The host of an absolute-form overrides the header. */
  get host(): string | undefined {
    const { target, headers } = this;
    const absolute = target.startsWith("/") ? undefined : ABSOLUTE_FORM.exec(target)?.[1];
    const host = absolute ?? headers["host"] ?? headers[":authority"];
    return typeof host === "string" ? host : undefined;
  }

  get peer(): string | undefined {
    return (this.request.socket as { remoteAddress?: string } | null)?.remoteAddress;
  }
}

function isDestroyed(socket: unknown): boolean {
  return (socket as { destroyed?: boolean } | null)?.destroyed === true;
}

/** An upgrade passes the open socket on. No response is ever written, which is no failure. */
function isUpgraded({ headers, socket }: NodeRequest): boolean {
  return headers["upgrade"] !== undefined && (socket as { destroyed?: boolean } | null)?.destroyed === false;
}
