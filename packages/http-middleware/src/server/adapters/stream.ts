/** The stream API of node:http2. */
import type { IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import type { TextMapGetter } from "@opentelemetry/api";
import { copySignature } from "../../copy-signature.js";
import { peerOf } from "../../network-peer.js";
import type { Arrival } from "../arrival.js";
import { HTTP } from "../conventions.js";
import { bindEmitter } from "../emitter.js";
import { Exchange } from "../exchange.js";
import { exchangeOf } from "../exchange-marks.js";
import { checkServerOptions, type ServerOptions } from "../options.js";
import type { Outcome } from "../outcome.js";

/**
 * Options of a listener for streams. Hooks get the headers as the request, and the stream as the
 * response.
 */
export type StreamOptions = ServerOptions<IncomingHttpHeaders, ServerHttp2Stream>;

const GETTER: TextMapGetter<IncomingHttpHeaders> = {
  get: (headers, name) => headers[name],
  // Node's names are in lower case: there is no need to search them.
  keys: () => [],
};

/**
 * Wraps a listener for `server.on("stream", ...)` of node:http2.
 *
 * @throws TypeError for an unknown option or a wrong value.
 * @example
 * const server = http2.createServer();
 * server.on("stream", traceStream((stream) => stream.end("hello")));
 */
export function traceStream<Result>(
  listener: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, flags: number) => Result,
  options: StreamOptions = {},
): (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, flags: number) => Result {
  checkServerOptions(options);
  function traced(this: unknown, ...args: [ServerHttp2Stream, IncomingHttpHeaders, number]): Result {
    return receiveStream(args[0], args[1], options).runHandler(listener, this, ...args);
  }
  return copySignature(traced, listener);
}

/**
 * Returns the exchange of a stream, which ends when the stream is closed. A second call for the
 * same stream returns the same exchange, and its options override the earlier ones.
 */
export function receiveStream(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  options: StreamOptions,
): Exchange<IncomingHttpHeaders, ServerHttp2Stream> {
  const known = exchangeOf(stream) as StreamExchange | undefined;
  if (known === undefined) return new StreamExchange(stream, headers, options);
  known.adopt(options, headers);
  return known;
}

class StreamExchange extends Exchange<IncomingHttpHeaders, ServerHttp2Stream> {
  private readonly stream: ServerHttp2Stream;
  private readonly headers: IncomingHttpHeaders;

  constructor(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, options: StreamOptions) {
    super(HTTP, arrivalOf(stream, headers), headers, options);
    this.stream = stream;
    this.headers = headers;
    bindEmitter(stream, this);
  }

  override closed(): void {
    if (this.open) this.end(this.headers, this.stream, new StreamOutcome(this.stream));
  }
}

class StreamOutcome implements Outcome {
  readonly status: number | undefined;
  readonly complete: boolean;
  private readonly stream: ServerHttp2Stream;

  constructor(stream: ServerHttp2Stream) {
    const status = stream.sentHeaders?.[":status"];
    this.status = status === undefined ? undefined : Number(status);
    this.complete = status !== undefined && stream.rstCode === 0;
    this.stream = stream;
  }

  header(name: string): string | undefined {
    return this.stream.sentHeaders?.[name]?.toString();
  }
}

function arrivalOf(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Arrival<IncomingHttpHeaders> {
  return {
    method: headers[":method"] ?? "GET",
    target: headers[":path"] ?? "/",
    scheme: headers[":scheme"] === "https" ? "https" : "http",
    host: headers[":authority"],
    version: "2.0",
    peer: peerOf(stream.session?.socket).address,
    peerPort: peerOf(stream.session?.socket).port,
    headers,
    getter: GETTER,
  };
}
