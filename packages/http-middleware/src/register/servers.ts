/**
 * Servers that nobody wrapped: what they emit for a request is emitted inside a trace.
 */
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import http2 from "node:http2";
import https from "node:https";
import { watchRouteOfExpress } from "../server/express-route.js";
import { traceHandler } from "../server/node.js";

/** Events that bring a request and its response. `stream` of http2 brings neither. */
const REQUESTS = ["request", "checkContinue", "checkExpectation"];

interface Emitting {
  emit(event: string | symbol, ...given: unknown[]): boolean;
}

/** Traces the requests of every server of node:http, https and http2, those made before included. */
export function instrumentServers(): void {
  // http2 does not show its classes.
  const made = [http2.createServer(), http2.createSecureServer()];
  for (const server of [http.Server, https.Server]) instrument(server.prototype);
  for (const server of made) instrument(Object.getPrototypeOf(server));
}

function instrument(server: Emitting): void {
  const { emit } = server;
  const traced = new Map(REQUESTS.map((event) => [event as string | symbol, emitting(emit, event)]));
  // Whoever takes `checkContinue` emits `request` for the same request.
  const seen = new WeakSet<object>();
  server.emit = function (event, ...given) {
    const emitTraced = traced.get(event);
    const [request, response] = given as [IncomingMessage, ServerResponse];
    if (emitTraced === undefined || seen.has(request)) return emit.call(this, event, ...given);
    seen.add(request);
    watchRouteOfExpress(request);
    return emitTraced.call(this, request, response);
  };
}

function emitting(emit: Emitting["emit"], event: string) {
  return traceHandler(function (this: Emitting, request: IncomingMessage, response: ServerResponse): boolean {
    return emit.call(this, event, request, response);
  });
}
