/** @meshtrace/http-middleware/grpc: interceptors for servers and clients of @grpc/grpc-js. */
export { type GrpcCallOptions, tracingClientInterceptor } from "./client.js";
export type { Metadata } from "./metadata.js";
export type { GrpcClientOptions, GrpcRequest, GrpcServerOptions, GrpcStatus } from "./options.js";
export { tracingServerInterceptor } from "./server.js";
