/**
 * Clients of @grpc/grpc-js: an interceptor.
 *
 * gRFC: https://github.com/grpc/proposal/blob/master/L5-node-client-interceptors.md
 */
import { adapterTracing, overlapOf } from "@meshtrace/core/adapter";
import { type Span, SpanKind } from "@opentelemetry/api";
import { recordHeaders } from "../captured-headers.js";
import { type ClientConventions, startClientSpan } from "../client/client-span.js";
import { type CallTracing, callOptions, checkClientOptions } from "../client/options.js";
import { hook } from "../hook.js";
import { setPeerText } from "../network-peer.js";
import { CAPTURED, setRpcAttributes, spanName } from "./attributes.js";
import { headerText, type Metadata, MetadataHeaders, mark, marked } from "./metadata.js";
import { type GrpcClientOptions, type GrpcRequest, type GrpcStatus, NOT_OF_CLIENTS } from "./options.js";
import { parsePath } from "./path.js";
import { finishClient } from "./status.js";
import { parseTarget, type Target } from "./target.js";

/**
 * `tracing` of one call, among grpc-js's own options. Its types do not have the name.
 *
 * @example
 * client.greet(request, { tracing: false } as CallOptions & GrpcCallOptions, callback);
 */
export interface GrpcCallOptions {
  /** `false` turns tracing off for this call; an object sets options. */
  readonly tracing?: CallTracing<GrpcClientOptions>;
}

interface Listener {
  onReceiveMetadata(metadata: Metadata): void;
  onReceiveMessage(message: unknown): void;
  onReceiveStatus(status: GrpcStatus): void;
}

/** What is read of grpc-js's InterceptingCallInterface. */
interface ClientCall {
  /** Returns the channel's target until a connection is chosen. */
  getPeer(): string;
  cancelWithStatus(code: number, details: string): void;
  start(metadata: Metadata, listener?: Partial<Listener>): void;
}

interface InterceptorOptions extends GrpcCallOptions {
  readonly method_definition: { readonly path: string };
}

interface Outgoing extends GrpcRequest {
  readonly target: Target;
}

const GRPC: ClientConventions<Outgoing> = {
  hosts: ({ target }) => target.hosts,
  spanName,
  setAttributes: (target, request) => setRpcAttributes(target, request, request.target.address),
  overlap: overlapOf("grpc", SpanKind.CLIENT),
  captured: CAPTURED.request,
};

/**
 * Returns an interceptor for a client or for one call.
 *
 * @throws TypeError for an unknown option or a wrong value.
 * @example
 * const options = { interceptors: [tracingClientInterceptor()] };
 * const client = new Client("ratings:9080", credentials.createInsecure(), options);
 */
export function tracingClientInterceptor(options: GrpcClientOptions = {}) {
  checkClientOptions(options, NOT_OF_CLIENTS);
  // biome-ignore lint/suspicious/noExplicitAny: grpc-js declares private members
  return (interceptorOptions: InterceptorOptions, next: (options: never) => ClientCall): any => {
    const { tracing, ...others } = interceptorOptions;
    const chosen = callOptions(options, tracing, NOT_OF_CLIENTS);
    const call = next(others as never);
    watchCall(interceptorOptions.method_definition.path, call, chosen);
    return call;
  };
}

// Marks the metadata that is sent, so that an adapter below (zero-code instrumentation) does not
// trace the call again. A registered symbol, because that adapter may be in the other build.
const HANDLED: unique symbol = Symbol.for("meshtrace.grpc-call.v1") as never;

/**
 * Traces the call when it starts, unless another adapter has. Without options no adapter traces it.
 */
export function watchCall(path: string, call: ClientCall, options: GrpcClientOptions | undefined): void {
  const { start, cancelWithStatus } = call;
  let cancelled = false;
  const { contexts } = adapterTracing();
  const caller = contexts.active();
  const within = (work: () => void): void => contexts.with(caller, work);

  call.start = (callerMetadata, listener) => {
    if (marked(callerMetadata, HANDLED) !== undefined) return start.call(call, callerMetadata, listener);
    // The caller may use the same metadata for its next call.
    const metadata = callerMetadata.clone();
    mark(metadata, HANDLED, true);
    if (options === undefined) return start.call(call, metadata, listener);
    const request = { ...parsePath(path), path, metadata, target: parseTarget(call.getPeer()) };
    call.cancelWithStatus = (code, details) => {
      cancelled = true;
      cancelWithStatus.call(call, code, details);
    };
    let connected = false;
    let span: Span | undefined = startClientSpan(GRPC, caller, request, new MetadataHeaders(metadata), options);

    start.call(call, metadata, {
      onReceiveMetadata(head) {
        // Connected by now; a name of a channel is no address of a peer.
        if (span !== undefined) setPeerText(span, call.getPeer());
        connected = true;
        const names = options.captureHeaders?.response;
        if (span !== undefined) recordHeaders(span, CAPTURED.response, names, (name) => headerText(head, name));
        within(() => listener?.onReceiveMetadata?.(head));
      },
      onReceiveMessage: (message) => within(() => listener?.onReceiveMessage?.(message)),
      onReceiveStatus(status) {
        // A server that fails at once sends no metadata.
        if (!connected && span !== undefined) setPeerText(span, call.getPeer());
        end(span, request, status, options, cancelled);
        span = undefined;
        within(() => listener?.onReceiveStatus?.(status));
      },
    });
  };
}

function end(
  span: Span | undefined,
  request: GrpcRequest,
  status: GrpcStatus,
  options: GrpcClientOptions,
  cancelled: boolean,
): void {
  if (span === undefined) return;
  finishClient(span, status, cancelled);
  if (span.isRecording()) hook(options.onResponse, undefined, span, request, status);
  span.end();
}
