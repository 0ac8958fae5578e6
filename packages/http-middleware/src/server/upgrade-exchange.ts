/**
 * The lifecycle of a request that leaves HTTP: an upgrade, as WebSockets use it, or CONNECT. The
 * span ends with the handshake. The listeners of the socket keep the context.
 */
import { setImmediate } from "../clock.js";
import { HTTP } from "./conventions.js";
import { bindEmitter, type Emitter } from "./emitter.js";
import { Exchange } from "./exchange.js";
import { routeOf } from "./express/express-route.js";
import { type Handshake, headerOfHandshake, watchHandshake } from "./handshake.js";
import { NodeArrival, type NodeRequest } from "./node-arrival.js";
import type { ServerOptions } from "./options.js";
import type { Outcome } from "./outcome.js";

interface Socket {
  readonly destroyed?: boolean;
  readonly bytesWritten?: number;
}

export class UpgradeExchange extends Exchange<NodeRequest, unknown> {
  private readonly request: NodeRequest;
  private readonly socket: object | null | undefined;
  /** Passed to hooks: the response of a framework that makes one, or the socket. */
  private response: unknown;
  private handshake: Handshake | undefined = undefined;

  constructor(
    request: NodeRequest,
    socket: object | null | undefined,
    response: unknown,
    options: ServerOptions<never, never>,
  ) {
    super(HTTP, new UpgradeArrival(request), request, options as ServerOptions<NodeRequest, unknown>);
    this.request = request;
    this.socket = socket;
    this.response = response;
    for (const emitter of new Set([request, response, socket])) this.bind(emitter);
    if (this.open) this.awaitHandshake();
  }

  /**
   * Passes `response` to hooks from now on, for a framework that makes one after the request was
   * received.
   */
  respondWith(response: unknown): void {
    if (response === this.response || response === undefined) return;
    this.response = response;
    this.bind(response);
  }

  /**
   * A listener that failed writes no handshake. The app may answer first, and the process may end
   * because of the error.
   */
  override run<Args extends unknown[], Result>(work: (...args: Args) => Result, self?: unknown, ...args: Args): Result {
    try {
      return super.run(work, self, ...args);
    } catch (error) {
      setImmediate(finish, this);
      throw error;
    }
  }

  override rejected(reason: unknown): void {
    super.rejected(reason);
    setImmediate(finish, this);
  }

  override closed(emitter: object): void {
    if (emitter === this.socket || (this.socket as Socket | undefined)?.destroyed === true) this.finish();
  }

  private awaitHandshake(): void {
    const { socket, response } = this;
    const { destroyed, bytesWritten = 0 } = (socket ?? {}) as Socket;
    // express-ws answers before it routes, and passes a response that has no socket.
    if (bytesWritten > 0 && (response as { socket?: unknown } | undefined)?.socket === null) this.answered(SENT_BEFORE);
    else if (destroyed === true || !watchHandshake(socket ?? {}, (handshake) => this.answered(handshake)))
      setImmediate(finish, this);
  }

  private answered(handshake: Handshake): void {
    this.handshake = handshake;
    // Libraries that route afterwards, such as express-ws, do so in the same turn.
    setImmediate(finish, this);
  }

  finish(): void {
    if (!this.open) return;
    this.route ??= routeOf(this.request, false);
    if (this.route !== undefined) this.route = withoutSuffix(this.route);
    this.end(this.request, this.response, new UpgradeOutcome(this.handshake));
  }

  private bind(emitter: unknown): void {
    if (typeof (emitter as Partial<Emitter> | null | undefined)?.emit === "function") {
      bindEmitter(emitter as Emitter, this);
    }
  }
}

function finish(exchange: UpgradeExchange): void {
  exchange.finish();
}

const SENT_BEFORE: Handshake = { status: 101, head: "" };

class UpgradeOutcome implements Outcome {
  readonly status: number | undefined;
  readonly complete: boolean;
  private readonly handshake: Handshake | undefined;

  constructor(handshake: Handshake | undefined) {
    this.handshake = handshake;
    this.status = handshake?.status;
    this.complete = handshake !== undefined;
  }

  header(name: string): string | undefined {
    return this.handshake === undefined ? undefined : headerOfHandshake(this.handshake, name);
  }
}

class UpgradeArrival extends NodeArrival {
  override get target(): string {
    return withoutSuffix(super.target);
  }
}

// express-ws appends it to the path and to its routes.
const EXPRESS_WS_SUFFIX = /\/\.websocket(?=\?|$)/;

function withoutSuffix(path: string): string {
  const without = path.replace(EXPRESS_WS_SUFFIX, "");
  return without.startsWith("?") ? `/${without}` : without || "/";
}
