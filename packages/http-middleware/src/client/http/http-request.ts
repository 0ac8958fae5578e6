/**
 * One request of node:http, from its options to the end of its response.
 */
import type { ClientRequest, IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { adapterTracing } from "@meshtrace/core/adapter";
import type { Call } from "../call.js";
import { Hops } from "../call-chain.js";
import { madeIn } from "../call-context.js";
import { endWithBody } from "../end-with-body.js";
import { type ClientOptions, callOptions } from "../options.js";
import type { HeaderCarrier } from "../start-call.js";
import { addressOf, merged, ownHeaders } from "./http-arguments.js";

type Request = (...given: unknown[]) => ClientRequest;

/** Makes the request that `given` asks `native` for, with a span around it. Throws what Node throws. */
export function tracedRequest(
  native: Request,
  protocol: string,
  given: readonly unknown[],
  options: ClientOptions,
): ClientRequest {
  const [{ tracing, ...asked }, callback] = merged(given);
  const chosen = callOptions(options, tracing);
  const url = addressOf(asked, protocol);
  const method = asked.method?.toUpperCase() ?? "GET";
  // A tunnel is the proxy's business.
  if (chosen === undefined || url === undefined || method === "CONNECT") return native(asked, callback);
  const made = madeIn(adapterTracing().contexts.active());
  if (made?.untraced) {
    made.pass();
    return native(asked, callback);
  }
  const headers = new Kept(ownHeaders(asked));
  const call = new Hops(chosen, asked.signal).send(method, url, headers);
  try {
    const request = native(asked, callback);
    headers.keep(request);
    tell(request, call);
    if (call.wantsConnection) request.once("socket", (socket) => tellOfConnection(socket, call));
    return request;
  } catch (error) {
    call.fail(error);
    throw error;
  }
}

/** Makes the call know what the request's listeners will hear, and these run in the caller's context, not the socket's. */
function tell(request: ClientRequest, call: Call): void {
  const { contexts } = adapterTracing();
  const context = contexts.active();
  const { destroy } = request;
  const emit = request.emit as (event: string, ...given: unknown[]) => boolean;
  let timedOut = false;
  let response: IncomingMessage | undefined;
  request.destroy = (error) => {
    // Also called to tidy up after a connection that the other side has closed.
    if (!response?.destroyed) call.giveUp();
    return destroy.call(request, error);
  };
  request.emit = (event: string, ...given: unknown[]) => {
    if (event === "timeout") timedOut = true;
    else if (event === "error") call.fail(given[0], timedOut ? "timeout" : undefined);
    else if (event === "close" && response === undefined) call.end();
    else if (event === "response" || event === "upgrade") {
      response = given[0] as IncomingMessage;
      answered(call, response, event);
    }
    return contexts.with(context, emit, request, event, ...given);
  };
}

/** A connection that was there before has no phases. */
function tellOfConnection(socket: Socket, call: Call): void {
  if (!socket.connecting) return;
  for (const phase of ["lookup", "connect", "secureConnect"]) socket.once(phase, () => call.event(phase));
}

function answered(call: Call, response: IncomingMessage, event: string): void {
  call.respond(response.statusCode ?? 0, (name) => response.headers[name.toLowerCase()]?.toString());
  if (event === "upgrade") call.end();
  else endWithBody(response, call);
}

/** Headers that stay as they were written, whatever is copied onto the request later. */
class Kept implements HeaderCarrier {
  readonly #headers: HeaderCarrier;
  /** With the value that the caller may not set; `undefined`: none. */
  readonly #names = new Map<string, string | undefined>();

  constructor(headers: HeaderCarrier) {
    this.#headers = headers;
  }

  get(name: string): unknown {
    return this.#headers.get(name);
  }

  set(name: string, value: string): void {
    this.#names.set(name, undefined);
    this.#headers.set(name, value);
  }

  delete(name: string, value?: string): void {
    // Once it is none, it stays none.
    if (!this.#names.has(name) || this.#names.get(name) !== undefined) this.#names.set(name, value);
    this.#headers.delete(name, value);
  }

  keep(request: ClientRequest): void {
    if (this.#names.size === 0) return;
    const { setHeader } = request;
    request.setHeader = (name, value) => (this.#keeps(name, value) ? request : setHeader.call(request, name, value));
  }

  #keeps(name: string, value: unknown): boolean {
    const lower = String(name).toLowerCase();
    return this.#names.has(lower) && (this.#names.get(lower) ?? String(value)) === String(value);
  }
}
