/**
 * Options of interceptors: those of HTTP servers and clients, with gRPC's requests and statuses in
 * their hooks.
 */
import type { ClientOptions } from "../client/options.js";
import type { ServerOptions } from "../server/options.js";
import type { Metadata } from "./metadata.js";
import type { Path } from "./path.js";

/** A call as hooks see it, on both sides. */
export interface GrpcRequest extends Path {
  /** `/package.Service/Method` */
  readonly path: string;
  /** The metadata of the call: received by a server, or sent by a client. */
  readonly metadata: Metadata;
}

/** How a call ended. Codes: https://grpc.io/docs/guides/status-codes/ */
export interface GrpcStatus {
  /** Status code, 0 to 16. */
  readonly code: number;
  /** Message of the status. */
  readonly details: string;
  /** Trailing metadata. */
  readonly metadata?: Metadata | null | undefined;
}

/**
 * `captureHeaders` records metadata, as `rpc.grpc.request.metadata.*` and
 * `rpc.grpc.response.metadata.*`.
 */
export type GrpcServerOptions = Omit<ServerOptions<GrpcRequest, GrpcStatus>, "captureQuery">;
/** `captureHeaders` as with servers. `onResponse` is called with the status. */
export type GrpcClientOptions = Omit<ClientOptions<GrpcRequest, GrpcStatus>, "captureQuery" | "connectionEvents">;

/** Options without meaning in gRPC. */
export const NOT_OF_SERVERS = ["captureQuery"] as const;
export const NOT_OF_CLIENTS = ["captureQuery", "connectionEvents"] as const;
