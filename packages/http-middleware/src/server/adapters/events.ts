/**
 * The events of a server: upgrades, and requests for frameworks that let no middleware around their
 * handlers.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { copySignature } from "../../copy-signature.js";
import type { Exchange } from "../exchange.js";
import { receiveNode, receiveUpgrade } from "../node-exchange.js";
import { checkServerOptions, type ServerOptions } from "../options.js";
import { type EmittingServer, replaceEmit } from "../replace-emit.js";

/** Options of a listener for upgrades. Hooks get the socket as the response. */
export type UpgradeOptions = ServerOptions<IncomingMessage, Duplex>;

/**
 * Wraps a listener for `server.on("upgrade", ...)` or `server.on("connect", ...)`. The span ends
 * with the handshake, because the socket carries no HTTP afterwards.
 *
 * @throws TypeError for an unknown option or a wrong value.
 * @example
 * const webSockets = new WebSocketServer({ noServer: true });
 * server.on(
 *   "upgrade",
 *   traceUpgrade((request, socket, head) => {
 *     webSockets.handleUpgrade(request, socket, head, (webSocket) => webSocket.send("hello"));
 *   }),
 * );
 */
export function traceUpgrade<Result>(
  listener: (request: IncomingMessage, socket: Duplex, head: Buffer) => Result,
  options: UpgradeOptions = {},
): (request: IncomingMessage, socket: Duplex, head: Buffer) => Result {
  checkServerOptions(options);
  function traced(this: unknown, request: IncomingMessage, socket: Duplex, head: Buffer): Result {
    const exchange = receiveUpgrade(request, socket, socket, options);
    return exchange.runHandler(listener, this, request, socket, head);
  }
  return copySignature(traced, listener);
}

/**
 * Traces each request, upgrade and CONNECT of one server before the listeners of any framework.
 * Returns the server.
 *
 * @throws TypeError for an unknown option or a wrong value.
 * @example
 * const server = traceServer(http.createServer(app));
 * server.listen(8080);
 */
export function traceServer<Server extends object>(server: Server, options: ServerOptions = {}): Server {
  checkServerOptions(options);
  replaceEmit(
    server as unknown as EmittingServer,
    (emit) =>
      function (event, ...args) {
        if (!bringsRequest(event, args)) return emit.call(this, event, ...args);
        return receiveRequest(args, options).run(emit, this, event, ...args);
      },
  );
  return server;
}

type RequestArguments = [request: IncomingMessage, response: ServerResponse | Duplex, ...unknown[]];

/**
 * Whether an event brings a request, an upgrade or CONNECT. An app may emit the same events with
 * other arguments.
 */
export function bringsRequest(event: string | symbol, args: readonly unknown[]): args is RequestArguments {
  switch (event) {
    case "request":
    case "checkContinue":
    case "checkExpectation":
    case "upgrade":
    case "connect": {
      const [request, response] = args as [Partial<IncomingMessage> | null | undefined, unknown];
      return typeof request?.headers === "object" && typeof response === "object" && response !== null;
    }
    default:
      return false;
  }
}

/**
 * Returns the exchange of such an event. CONNECT of http2 has a response; other upgrades have a
 * socket.
 */
export function receiveRequest([request, response]: RequestArguments, options: ServerOptions): Exchange {
  if ("setHeader" in response) return receiveNode(request, response, options) as Exchange;
  return receiveUpgrade(request, response, response, options as object) as Exchange;
}
