/**
 * Servers of @grpc/grpc-js 1.11 and later: an interceptor.
 *
 * gRFC: https://github.com/grpc/proposal/blob/master/L112-node-server-interceptors.md
 */
import { overlapOf, setReceivedSpan } from "@meshtrace/core/adapter";
import { SpanKind, trace } from "@opentelemetry/api";
import { forwardedFor, setPeerText } from "../network-peer.js";
import { type Carried, headerOf } from "../server/arrival.js";
import type { Conventions } from "../server/conventions.js";
import { type Exchange, receiveBy } from "../server/exchange.js";
import { checkServerOptions } from "../server/options.js";
import type { Ended } from "../server/outcome.js";
import { CAPTURED, setRpcAttributes, spanName } from "./attributes.js";
import { headerText, METADATA, type Metadata, mark, marked } from "./metadata.js";
import { type GrpcRequest, type GrpcServerOptions, type GrpcStatus, NOT_OF_SERVERS } from "./options.js";
import { parsePath } from "./path.js";
import { CANCELLED, DEADLINE_EXCEEDED, finishServer } from "./status.js";

interface Listener {
  onReceiveMetadata(metadata: Metadata): void;
  onReceiveMessage(message: unknown): void;
  onReceiveHalfClose(): void;
  onCancel(): void;
}

/** What is read of grpc-js's ServerInterceptingCallInterface. */
interface ServerCall {
  start(listener: Listener): void;
  sendMetadata(metadata: Metadata): void;
  sendMessage(message: unknown, callback: () => void): void;
  sendStatus(status: GrpcStatus): void;
  getHost(): string;
  getPeer?(): string;
  getDeadline(): Date | number;
}

interface GrpcArrival extends GrpcRequest, Carried<Metadata> {
  readonly host: string | undefined;
  /** `address:port`; grpc-js knows no more than that. */
  readonly peer: string | undefined;
}

interface GrpcEnd extends Ended {
  readonly status: GrpcStatus;
}

const GRPC: Conventions<GrpcArrival, GrpcEnd> = {
  spanName,
  setAttributes(target, arrival, _captureQuery, trusted) {
    setRpcAttributes(target, arrival, arrival.host);
    const peer = setPeerText(target, arrival.peer);
    const header = trusted ? headerOf(arrival, "x-forwarded-for") : undefined;
    const client = (header === undefined ? undefined : forwardedFor(header)) ?? peer;
    if (client !== undefined) target.setAttribute("client.address", client);
  },
  // A kubelet's probe calls the health service. Any caller can send a kubelet's user agent.
  isProbe: ({ service }) => service === "grpc.health.v1.Health",
  path: ({ path }) => path,
  overlap: overlapOf("grpc", SpanKind.SERVER),
  captured: CAPTURED,
  finish: (span, { status }) => finishServer(span, status),
};

// Registered symbols, because the reader may be in the other build.
const TRACING: unique symbol = Symbol.for("meshtrace.grpc-interceptor.v1") as never;
const EXCHANGE: unique symbol = Symbol.for("meshtrace.grpc-exchange.v1") as never;

type GrpcExchange = Exchange<GrpcRequest, GrpcStatus, GrpcEnd>;

/**
 * Returns an interceptor for a server. Place it first, so that it sees the answers of other
 * interceptors. Calls of the health service are not recorded by default.
 *
 * @throws TypeError for an unknown option or a wrong value.
 * @example
 * const server = new Server({ interceptors: [tracingServerInterceptor()] });
 */
export function tracingServerInterceptor(options: GrpcServerOptions = {}) {
  checkServerOptions(options, NOT_OF_SERVERS);
  // biome-ignore lint/suspicious/noExplicitAny: grpc-js declares private members
  const interceptor = (method: { readonly path: string }, call: ServerCall): any => {
    watch(method.path, call, options);
    return call;
  };
  Object.assign(interceptor, { [TRACING]: true });
  return interceptor;
}

/** Whether the interceptor is our own, of either build. */
export function isTracing(interceptor: unknown): boolean {
  return (interceptor as { [TRACING]?: true })[TRACING] === true;
}

/**
 * Watches the call itself instead of wrapping it: the call answers a passed deadline and an
 * unreadable message from within, where no interceptor sees it.
 */
function watch(path: string, call: ServerCall, options: GrpcServerOptions): void {
  const { start, sendMetadata, sendMessage, sendStatus } = call;
  let request: GrpcRequest | undefined;
  let exchange: GrpcExchange | undefined;
  let head: Metadata | undefined;

  const within = (work: () => void): void => (exchange === undefined ? work() : exchange.run(work));
  const end = (status: GrpcStatus): void => {
    if (request === undefined) return;
    exchange?.end(request, status, { status, header: (name) => headerText(head ?? status.metadata, name) });
  };

  call.start = (listener) =>
    start.call(call, {
      onReceiveMetadata(metadata) {
        request = { ...parsePath(path), path, metadata };
        exchange = receiveGrpc(request, call, options);
        within(() => listener.onReceiveMetadata(metadata));
      },
      onReceiveMessage: (message) => within(() => listener.onReceiveMessage(message)),
      onReceiveHalfClose: () => within(() => listener.onReceiveHalfClose()),
      onCancel() {
        // Follows every end; the first reported end counts.
        end(cancellation(call));
        within(() => listener.onCancel());
      },
    });
  call.sendMetadata = (metadata) => {
    head ??= metadata;
    exchange?.announce((name, value) => metadata.set(name, value));
    sendMetadata.call(call, metadata);
  };
  /** A response without a message has one block of headers, which is sent with the status. */
  const announcing = (status: GrpcStatus): GrpcStatus => {
    if (head !== undefined || request === undefined || options.responseHeaders === undefined) return status;
    const metadata = status.metadata?.clone() ?? new (request.metadata.constructor as new () => Metadata)();
    exchange?.announce((name, value) => metadata.set(name, value));
    return { ...status, metadata };
  };
  call.sendMessage = (message, callback) => sendMessage.call(call, message, () => within(callback));
  call.sendStatus = (status) => {
    sendStatus.call(call, announcing(status));
    end(status);
  };
}

/**
 * Returns the exchange of the call. For a call that has one, these options override its options.
 */
function receiveGrpc(request: GrpcRequest, call: ServerCall, options: GrpcServerOptions): GrpcExchange {
  const { metadata } = request;
  const known = marked(metadata, EXCHANGE) as GrpcExchange | undefined;
  if (known !== undefined) {
    known.adopt(options, request);
    return known;
  }
  const arrival = { ...request, host: call.getHost(), peer: call.getPeer?.(), headers: metadata, getter: METADATA };
  const exchange = receiveBy(GRPC, arrival, request, options);
  mark(metadata, EXCHANGE, exchange);
  const span = trace.getSpan(exchange.context);
  if (span !== undefined) setReceivedSpan(metadata, span);
  return exchange;
}

function cancellation(call: ServerCall): GrpcStatus {
  return Number(call.getDeadline()) <= Date.now()
    ? { code: DEADLINE_EXCEEDED, details: "the deadline passed before a status was sent" }
    : { code: CANCELLED, details: "the call was cancelled before a status was sent" };
}
