/**
 * The lifecycle of Node's own requests and responses: http, https and the compatibility API of
 * http2, on which every framework for Node builds.
 */
import { Socket } from "node:net";
import { HTTP } from "./conventions.js";
import { bindEmitter, type Emitter } from "./emitter.js";
import { Exchange } from "./exchange.js";
import { exchangeOf } from "./exchange-marks.js";
import { routeOf } from "./express/express-route.js";
import { headerOfHandshake } from "./handshake.js";
import { headersOf, NodeArrival, type NodeRequest } from "./node-arrival.js";
import type { ServerOptions } from "./options.js";
import type { Outcome } from "./outcome.js";
import { isListHeader } from "./response-headers.js";
import { UpgradeExchange } from "./upgrade-exchange.js";

export type { NodeRequest } from "./node-arrival.js";

/** The members of a response that are read. */
export interface NodeResponse extends Emitter {
  readonly statusCode: number;
  readonly headersSent: boolean;
  readonly writableEnded: boolean;
  readonly writableFinished?: boolean;
  readonly errored?: unknown;
  getHeader(name: string): string | number | readonly string[] | undefined;
  setHeader(name: string, value: string): unknown;
  readonly socket?: unknown;
  /** The head as it was sent. */
  readonly _header?: string | null;
}

/** Returns the exchange of a request or stream, or `undefined` before it is received. */
export function exchangeOfRequest(request: object): Exchange | undefined {
  return exchangeOf(request) as Exchange | undefined;
}

/**
 * Returns the exchange of a request. It ends when the response is complete or the connection is
 * closed. A second call for the same request returns the same exchange, and its options override
 * the earlier ones.
 */
export function receiveNode<Request extends NodeRequest, Response extends NodeResponse>(
  request: Request,
  response: Response,
  options: ServerOptions<Request, Response>,
): Exchange<Request, Response> {
  const known = exchangeOf(request) as Exchange<Request, Response> | undefined;
  if (known === undefined) {
    const upgrade = request?.upgrade === true || isInjectedUpgrade(request);
    return upgrade
      ? receiveUpgrade(request, request.socket ?? response?.socket, response, options)
      : new NodeExchange(request, response, options);
  }
  known.adopt(options, request);
  if (known instanceof UpgradeExchange) known.respondWith(response);
  return known;
}

/**
 * Returns the exchange of an upgrade or CONNECT, which ends with the handshake. `response` is
 * passed to hooks. A second call for the same request returns the same exchange, and its options
 * override the earlier ones.
 */
export function receiveUpgrade<Request extends NodeRequest, Response>(
  request: Request,
  socket: unknown,
  response: Response,
  options: ServerOptions<Request, Response>,
): Exchange<Request, Response> {
  const known = exchangeOf(request) as Exchange<Request, Response> | undefined;
  if (known === undefined) return new UpgradeExchange(request, socket as object, response, options) as never;
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
    if (options.responseHeaders !== undefined) this.announce((name, value) => this.setHeader(name, value));
  }

  /**
   * `close` of the response comes once, after its last byte or when the connection breaks. A
   * response that waited behind another one on the connection (pipelining) gets none when that
   * breaks; its request does.
   */
  override closed(emitter: object): void {
    if (!this.open || (emitter !== this.response && !isDestroyed(this.request.socket))) return;
    this.finish();
  }

  /**
   * A response that is injected into the app may get no `close` (hapi), or one before its socket is
   * written (Fastify).
   */
  override finished(emitter: object): void {
    if (this.open && emitter === this.response && !(this.request.socket instanceof Socket)) this.finish(true);
  }

  /** Express names its own routes; an instrumentation of it would name a 404 by its middleware. */
  protected override foreignRoute(): string | undefined {
    return "baseUrl" in this.request ? undefined : super.foreignRoute();
  }

  /** A handler before ours may have added to a list. One after ours that sets it replaces it. */
  private setHeader(name: string, value: string): void {
    const before = isListHeader(name) ? this.response.getHeader(name) : undefined;
    this.response.setHeader(name, before === undefined ? value : `${[before].flat().join(", ")}, ${value}`);
  }

  private finish(complete?: true): void {
    this.route ??= routeOf(this.request, this.response.statusCode === 404 && !this.failed);
    this.end(this.request, this.response, new NodeOutcome(this.request, this.response, complete));
  }
}

class NodeOutcome implements Outcome {
  readonly status: number | undefined;
  readonly complete: boolean;
  private readonly request: NodeRequest;
  private readonly response: NodeResponse;

  constructor(request: NodeRequest, response: NodeResponse, complete: boolean = response.writableFinished === true) {
    const { headersSent } = response;
    this.status = headersSent ? response.statusCode : undefined;
    this.complete = headersSent && complete;
    this.request = request;
    this.response = response;
  }

  /**
   * A client that leaves ends or resets its connection first; an error of the app is the
   * response's, too, or none of the system. HTTP/2 has a socket for each stream that is none.
   */
  get brokenHere(): boolean {
    const { socket } = this.request;
    if (!(socket instanceof Socket) || socket.readableEnded) return false;
    const errored: (Error & { syscall?: string }) | null = socket.errored;
    return errored === null || errored.syscall === undefined || errored === this.response.errored;
  }

  header(name: string): string | undefined {
    // Node keeps headers that are passed to `writeHead` only as text.
    const { _header: head } = this.response;
    return this.response.getHeader(name)?.toString() ?? (head ? headerOfHandshake({ head }, name) : undefined);
  }
}

function isDestroyed(socket: unknown): boolean {
  return (socket as { destroyed?: boolean } | null)?.destroyed === true;
}

/** An upgrade that @fastify/websocket injects: a plain object. */
function isInjectedUpgrade(request: NodeRequest): boolean {
  return request?.socket === undefined && headersOf(request)["upgrade"] !== undefined;
}
