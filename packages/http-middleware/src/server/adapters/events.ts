/**
 * The events of a server: for streams of http2, upgrades, and frameworks that let no middleware around their handlers.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import type { Duplex } from "node:stream";
import type { TextMapGetter } from "@opentelemetry/api";
import type { Arrival } from "../arrival.js";
import { type Exchange, receive } from "../exchange.js";
import { exchangeOf, keepExchange, receiveNode, requestArrival } from "../node-exchange.js";
import { checkServerOptions, type ServerOptions } from "../options.js";

/** Options of a listener for streams: its hooks get the request's headers, and the stream as the response. */
export type StreamOptions = ServerOptions<IncomingHttpHeaders, ServerHttp2Stream>;
/** Options of a listener for upgrades: its hooks get the socket as the response. */
export type UpgradeOptions = ServerOptions<IncomingMessage, Duplex>;

const HEADERS: TextMapGetter<IncomingHttpHeaders> = { get: (headers, name) => headers[name], keys: () => [] };

/** `server.on("stream", traceStream(listener))` of node:http2. Throws `TypeError` for an unknown option. */
export function traceStream<Result>(
  listener: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, flags: number) => Result,
  options: StreamOptions = {},
): (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, flags: number) => Result {
  checkServerOptions(options);
  return (stream, headers, flags) =>
    receiveStream(stream, headers, options).run(() => listener(stream, headers, flags));
}

/**
 * The exchange of a stream, which ends when the stream is closed. Called again for the same stream it is the same, with
 * these options over those before.
 */
export function receiveStream(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  options: StreamOptions,
): Exchange<IncomingHttpHeaders, ServerHttp2Stream> {
  const known = exchangeOf(stream) as Exchange<IncomingHttpHeaders, ServerHttp2Stream> | undefined;
  if (known !== undefined) {
    known.adopt(options, headers);
    return known;
  }
  const exchange = receive(streamArrival(headers), headers, options);
  keepExchange(stream, exchange);
  exchange.bind(stream);
  if (exchange.open) {
    stream.once("close", () => {
      const { ":status": status, ...sent } = stream.sentHeaders ?? {};
      exchange.end(headers, stream, {
        ...(status === undefined ? {} : { status: Number(status) }),
        complete: status !== undefined && stream.rstCode === 0,
        header: (name) => sent[name]?.toString(),
      });
    });
  }
  return exchange;
}

function streamArrival(headers: IncomingHttpHeaders): Arrival {
  return {
    method: headers[":method"] ?? "GET",
    target: headers[":path"] ?? "/",
    scheme: headers[":scheme"] === "https" ? "https" : "http",
    host: headers[":authority"],
    version: "2.0",
    headers,
    getter: HEADERS as TextMapGetter,
  };
}

/**
 * `server.on("upgrade", traceUpgrade(listener))`. The span ends when the listener has returned, or its promise is settled:
 * what the socket carries afterwards is no HTTP. Throws `TypeError` for an unknown option.
 */
export function traceUpgrade<Result>(
  listener: (request: IncomingMessage, socket: Duplex, head: Buffer) => Result,
  options: UpgradeOptions = {},
): (request: IncomingMessage, socket: Duplex, head: Buffer) => Result {
  checkServerOptions(options);
  return (request, socket, head) => {
    const exchange = receive(requestArrival(request), request, options);
    const end = (): void => exchange.end(request, socket, { complete: !socket.destroyed, header: () => undefined });
    try {
      const result = exchange.run(() => listener(request, socket, head));
      if (result instanceof Promise) result.then(end, end);
      else end();
      return result;
    } catch (error) {
      end();
      throw error;
    }
  };
}

/** Each of them is a request; with `Expect` it is not told by the first one where somebody listens to the others. */
const REQUESTS = new Set<string | symbol>(["request", "checkContinue", "checkExpectation"]);

/** What is read of a server. */
interface Emitting {
  emit(event: string | symbol, ...given: unknown[]): boolean;
}

/**
 * Traces each request of this one server, before the listeners of any framework: for frameworks that let nothing around
 * their handlers. Returns the server. Throws `TypeError` for an unknown option.
 */
export function traceServer<Server extends object>(server: Server, options: ServerOptions = {}): Server {
  checkServerOptions(options);
  const emitting = server as unknown as Emitting;
  const emit = emitting.emit;
  emitting.emit = function (this: unknown, event, ...given) {
    if (!REQUESTS.has(event)) return emit.call(this as Emitting, event, ...given);
    const [request, response] = given as [IncomingMessage, ServerResponse];
    return receiveNode(request, response, options).run(() => emit.call(this as Emitting, event, ...given));
  };
  return server;
}
