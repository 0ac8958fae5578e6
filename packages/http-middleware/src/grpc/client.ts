/**
 * Clients of @grpc/grpc-js: an interceptor.
 *
 * gRFC: https://github.com/grpc/proposal/blob/master/L5-node-client-interceptors.md
 */
import { adapterTracing } from "@meshtrace/core/adapter";
import type { Span } from "@opentelemetry/api";
import { recordHeaders } from "../captured-headers.js";
import { type CallTracing, callOptions, checkClientOptions } from "../client/options.js";
import { begin, type Conventions } from "../client/start-call.js";
import { hook } from "../hook.js";
import { CAPTURED, rpcAttributes, spanName } from "./attributes.js";
import { headerText, type Metadata, MetadataHeaders, mark, marked } from "./metadata.js";
import { type GrpcClientOptions, type GrpcRequest, type GrpcStatus, NOT_OF_CLIENTS } from "./options.js";
import { parsePath } from "./path.js";
import { finishClient } from "./status.js";
import { parseTarget, type Target } from "./target.js";

/** Beside grpc-js's own options of a call: `tracing`, as with the other clients. */
export interface GrpcCallOptions {
  readonly tracing?: CallTracing<GrpcClientOptions>;
}

interface Listener {
  onReceiveMetadata(metadata: Metadata): void;
  onReceiveMessage(message: unknown): void;
  onReceiveStatus(status: GrpcStatus): void;
}

/** What is read of grpc-js's InterceptingCallInterface. */
interface ClientCall {
  /** Before a connection is chosen: where the channel leads. */
  getPeer(): string;
  start(metadata: Metadata, listener?: Partial<Listener>): void;
}

interface Asked extends GrpcCallOptions {
  readonly method_definition: { readonly path: string };
}

interface Outgoing extends GrpcRequest {
  readonly target: Target;
}

const GRPC: Conventions<Outgoing> = {
  hosts: ({ target }) => target.hosts,
  spanName,
  attributes: (request) => rpcAttributes(request, request.target.address),
  captured: CAPTURED.request,
};

/**
 * An interceptor for `new Client(address, credentials, { interceptors: [tracingClientInterceptor()] })`, or for a call.
 * Throws `TypeError` for an unknown option.
 */
export function tracingClientInterceptor(options: GrpcClientOptions = {}) {
  checkClientOptions(options, NOT_OF_CLIENTS);
  // biome-ignore lint/suspicious/noExplicitAny: grpc-js wants its class, whose private members are in no other type.
  return (asked: Asked, next: (asked: never) => ClientCall): any => {
    const { tracing, ...others } = asked;
    const chosen = callOptions(options, tracing, NOT_OF_CLIENTS);
    const call = next(others as never);
    watchCall(asked.method_definition.path, call, chosen);
    return call;
  };
}

// On the metadata that goes on from here: whoever is nearer to the wire, the zero code for one, sees that the call has been
// dealt with. A registered symbol, because the other may stand in the other build.
const DEALT_WITH: unique symbol = Symbol.for("meshtrace.grpc-call.v1") as never;

/** Traces the call when it starts, unless somebody has before. Without options it is left untraced, by others too. */
export function watchCall(path: string, call: ClientCall, options: GrpcClientOptions | undefined): void {
  const { start } = call;
  const { contexts } = adapterTracing();
  const caller = contexts.active();
  const within = (work: () => void): void => contexts.with(caller, work);

  call.start = (given, listener) => {
    if (marked(given, DEALT_WITH) !== undefined) return start.call(call, given, listener);
    // The caller may use his own for the next call.
    const metadata = given.clone();
    mark(metadata, DEALT_WITH, true);
    if (options === undefined) return start.call(call, metadata, listener);
    const request = { ...parsePath(path), path, metadata, target: parseTarget(call.getPeer()) };
    let span: Span | undefined = begin(GRPC, caller, request, new MetadataHeaders(metadata), options);

    start.call(call, metadata, {
      onReceiveMetadata(head) {
        const names = options.captureHeaders?.response;
        if (span !== undefined) recordHeaders(span, CAPTURED.response, names, (name) => headerText(head, name));
        within(() => listener?.onReceiveMetadata?.(head));
      },
      onReceiveMessage: (message) => within(() => listener?.onReceiveMessage?.(message)),
      onReceiveStatus(status) {
        end(span, request, status, options);
        span = undefined;
        within(() => listener?.onReceiveStatus?.(status));
      },
    });
  };
}

function end(span: Span | undefined, request: GrpcRequest, status: GrpcStatus, options: GrpcClientOptions): void {
  if (span === undefined) return;
  finishClient(span, status);
  if (span.isRecording()) hook(options.onResponse, undefined, span, request, status);
  span.end();
}
