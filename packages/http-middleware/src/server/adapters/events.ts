/**
 * The events of a server: upgrades, and requests for frameworks that let no middleware around their handlers.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { HTTP } from "../conventions.js";
import { Exchange } from "../exchange.js";
import { NodeArrival, receiveNode } from "../node-exchange.js";
import { checkServerOptions, type ServerOptions } from "../options.js";
import type { Outcome } from "../outcome.js";
import { watchPromise } from "../watch-promise.js";
import { copySignature } from "./copy-signature.js";

/** Options of a listener for upgrades. Hooks get the socket as the response. */
export type UpgradeOptions = ServerOptions<IncomingMessage, Duplex>;

/**
 * Wraps a listener for `server.on("upgrade", ...)`. The span ends when the listener has returned or its promise is settled,
 * because the socket carries no HTTP afterwards. Throws `TypeError` for an unknown option or a wrong value.
 */
export function traceUpgrade<Result>(
  listener: (request: IncomingMessage, socket: Duplex, head: Buffer) => Result,
  options: UpgradeOptions = {},
): (request: IncomingMessage, socket: Duplex, head: Buffer) => Result {
  checkServerOptions(options);
  function traced(this: unknown, request: IncomingMessage, socket: Duplex, head: Buffer): Result {
    const exchange = new Exchange(HTTP, new NodeArrival(request), request, options);
    const end = (): void => exchange.end(request, socket, new UpgradeOutcome(socket));
    let result: Result;
    try {
      result = exchange.run(listener, this, request, socket, head);
    } catch (error) {
      end();
      throw error;
    }
    if (!exchange.open || !(result instanceof Promise)) end();
    else {
      watchPromise(result, {
        fulfilled: end,
        rejected(reason) {
          exchange.fail(reason);
          end();
        },
      });
    }
    return result;
  }
  return copySignature(traced, listener);
}

class UpgradeOutcome implements Outcome {
  readonly complete: boolean;

  constructor({ destroyed }: Duplex) {
    this.complete = !destroyed;
  }

  header(): undefined {}
}

/** Events of requests. With `Expect`, a listener of the latter two gets the request in place of those of the first. */
const REQUESTS = new Set<string | symbol>(["request", "checkContinue", "checkExpectation"]);

type Emit = (event: string | symbol, ...args: unknown[]) => boolean;

/**
 * Traces each request of one server before the listeners of any framework. Returns the server. Throws `TypeError` for an
 * unknown option or a wrong value.
 */
export function traceServer<Server extends object>(server: Server, options: ServerOptions = {}): Server {
  checkServerOptions(options);
  const emitter = server as unknown as { emit: Emit };
  const original = emitter.emit;
  function emit(this: unknown, event: string | symbol, ...args: unknown[]): boolean {
    if (!REQUESTS.has(event)) return original.call(this, event, ...args);
    const [request, response] = args as [IncomingMessage, ServerResponse];
    return receiveNode(request, response, options).run(original, this, event, ...args);
  }
  Object.defineProperty(emitter, "emit", { value: emit, writable: true, configurable: true, enumerable: false });
  return server;
}
