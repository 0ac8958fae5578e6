/**
 * Traces the requests, upgrades and CONNECT of all servers, without an adapter.
 */
import http from "node:http";
import http2, { type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import https from "node:https";
import { bringsRequest, receiveRequest } from "../server/adapters/events.js";
import { receiveStream } from "../server/adapters/stream.js";
import { exchangeOfRequest } from "../server/node-exchange.js";
import { type EmittingServer, replaceEmit } from "../server/replace-emit.js";

const NO_OPTIONS = {};

const GRPC = /^application\/grpc\b/;

/** Traces all servers of node:http, https and http2, also those that exist already. */
export function instrumentServers(): void {
  // http2 does not export its classes.
  const made = [http2.createServer(), http2.createSecureServer()];
  for (const server of [http.Server, https.Server]) instrument(server.prototype as unknown as EmittingServer);
  for (const server of made) {
    const shared = Object.getPrototypeOf(server);
    instrument(shared);
    instrumentStreams(shared);
  }
}

function instrument(server: EmittingServer): void {
  replaceEmit(
    server,
    (emit) =>
      function (event, ...args) {
        // A listener of `checkContinue` emits `request` for the same request.
        if (!bringsRequest(event, args) || exchangeOfRequest(args[0]) !== undefined)
          return emit.call(this, event, ...args);
        return receiveRequest(args, NO_OPTIONS).run(emit, this, event, ...args);
      },
  );
}

/** `stream` of http2, for servers that listen to it in place of requests. */
function instrumentStreams(server: EmittingServer): void {
  replaceEmit(
    server,
    (emit) =>
      function (event, ...args) {
        if (event !== "stream") return emit.call(this, event, ...args);
        const [stream, headers] = args as [ServerHttp2Stream, IncomingHttpHeaders];
        // Requests are made of streams, and so are calls of gRPC, which have their own spans.
        if (this.listenerCount("request") > 0 || GRPC.test(headers["content-type"] ?? "")) {
          return emit.call(this, event, ...args);
        }
        return receiveStream(stream, headers, {}).run(emit, this, event, ...args);
      },
  );
}
