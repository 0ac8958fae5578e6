/**
 * One request of node:http, from its options to the end of its response.
 */
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { adapterTracing, overlapOf } from "@meshtrace/core/adapter";
import { SpanKind } from "@opentelemetry/api";
import { peerOf } from "../../network-peer.js";
import type { Call } from "../call.js";
import { CallChain } from "../call-chain.js";
import { callChainOf } from "../call-context.js";
import { type ClientOptions, callOptions } from "../options.js";
import { watchBody } from "../watch-body.js";
import { KeptHeaders } from "./kept-headers.js";
import { decideOnProxy } from "./proxied-request.js";
import { decideOnRedirects } from "./redirected-request.js";
import { addressOfOptions, copyHeaders, mergeArguments } from "./request-arguments.js";

const OVERLAP = overlapOf("http", SpanKind.CLIENT);

type Request = (...args: unknown[]) => ClientRequest;

/**
 * Calls `native` with the arguments of `http.request` and a span around the request. Throws what
 * Node throws.
 */
export function tracedRequest(
  native: Request,
  defaultProtocol: string,
  args: readonly unknown[],
  clientOptions: ClientOptions,
): ClientRequest {
  const [{ tracing, ...options }, callback] = mergeArguments(args);
  const chosen = callOptions(clientOptions, tracing);
  const address = addressOfOptions(options, defaultProtocol);
  const method = options.method?.toUpperCase() ?? "GET";
  // A tunnel belongs to the proxy.
  if (chosen === undefined || address === undefined || method === "CONNECT") return native(options, callback);
  const outer = callChainOf(adapterTracing().contexts.active());
  if (outer?.untraced) {
    outer.skip();
    return native(options, callback);
  }
  const headers = new KeptHeaders(copyHeaders(options));
  const chain = new CallChain(chosen, options.signal);
  const call = chain.start(method, address, headers);
  decideOnRedirects(native, options, headers, chain);
  try {
    const request = native(options, callback);
    if (call.open) OVERLAP.own();
    headers.keepOn(request);
    decideOnProxy(request, options.path, headers, chain);
    watchRequest(request, call);
    if (call.wantsConnectionEvents) request.once("socket", (socket) => watchConnection(socket, call));
    return request;
  } catch (error) {
    call.fail(error);
    throw error;
  }
}

/**
 * Reports the request's events to the call, and runs its listeners in the caller's context instead
 * of the socket's.
 */
function watchRequest(request: ClientRequest, call: Call): void {
  const { contexts } = adapterTracing();
  const context = contexts.active();
  const { destroy } = request;
  const emit = request.emit as (event: string, ...args: unknown[]) => boolean;
  let response: IncomingMessage | undefined;
  request.destroy = (error) => {
    // Node also calls it to clean up after a connection that the server has closed.
    if (!response?.destroyed) call.closeByCaller(error);
    return destroy.call(request, error);
  };
  request.emit = (event: string, ...args: unknown[]) => {
    // A socket that has closed does not tell its peer any more.
    if (event === "finish" && call.open) peerOf(request.socket);
    else if (event === "timeout") call.expire();
    else if (event === "error") {
      if (response === undefined) call.connect(request.socket, undefined);
      call.closeHere(request.socket);
      call.fail(args[0]);
    } else if (event === "close" && response === undefined) call.end();
    else if (event === "response" || event === "upgrade") {
      response = args[0] as IncomingMessage;
      watchResponse(call, response, event);
    }
    return contexts.with(context, emit, request, event, ...args);
  };
}

/** A connection that was open before has no phases. */
function watchConnection(socket: Socket, call: Call): void {
  if (!socket.connecting) return;
  for (const phase of ["lookup", "connect", "secureConnect"]) socket.once(phase, () => call.addEvent(phase));
}

function watchResponse(call: Call, response: IncomingMessage, event: string): void {
  call.connect(response.socket, response.httpVersion);
  call.respond(response.statusCode ?? 0, response.headers, findHeader);
  call.endWithoutBody(response.headers["content-length"]);
  if (event === "upgrade") call.end();
  else watchBody(response, call);
}

function findHeader(headers: IncomingHttpHeaders, name: string): string | undefined {
  return headers[name]?.toString();
}
