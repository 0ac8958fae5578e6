/**
 * Servers that nobody wrapped: what they emit for a request is emitted inside a trace.
 */
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import http2, { type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import https from "node:https";
import { watchRouteOfExpress } from "../server/adapters/express-route.js";
import { traceHandler } from "../server/adapters/node.js";
import { receiveStream } from "../server/adapters/stream.js";

/** Events that bring a request and its response. */
const REQUESTS = ["request", "checkContinue", "checkExpectation"];

const GRPC = /^application\/grpc\b/;

interface Emitting {
  emit(event: string | symbol, ...given: unknown[]): boolean;
  listenerCount(event: string): number;
}

/** Traces the requests of every server of node:http, https and http2, those made before included. */
export function instrumentServers(): void {
  // http2 does not show its classes.
  const made = [http2.createServer(), http2.createSecureServer()];
  for (const server of [http.Server, https.Server]) instrument(server.prototype);
  for (const server of made) {
    const shared = Object.getPrototypeOf(server);
    instrument(shared);
    instrumentStreams(shared);
  }
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

/** `stream` of http2, for who takes it in place of requests. */
function instrumentStreams(server: Emitting): void {
  const { emit } = server;
  server.emit = function (event, ...given) {
    if (event !== "stream") return emit.call(this, event, ...given);
    const [stream, headers] = given as [ServerHttp2Stream, IncomingHttpHeaders];
    // Requests are made of streams, and gRPC's calls too: those are traced as what they are.
    if (this.listenerCount("request") > 0 || GRPC.test(headers["content-type"] ?? "")) {
      return emit.call(this, event, ...given);
    }
    return receiveStream(stream, headers, {}).run(() => emit.call(this, event, ...given));
  };
}
