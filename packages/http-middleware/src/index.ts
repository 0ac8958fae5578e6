/**
 * @meshtrace/http-middleware: tracing for Node's HTTP servers and for fetch. Patches no framework.
 */

export type { HeadersToCapture } from "./captured-headers.js";
export { type TracedFetch, type TracedInit, tracedFetch } from "./client/fetch/traced-fetch.js";
export type { CallTracing, ClientOptions, IncomingResponse, OutgoingRequest } from "./client/options.js";
export { traceServer, traceUpgrade, type UpgradeOptions } from "./server/adapters/events.js";
export { traceHandler, tracingErrors, tracingMiddleware } from "./server/adapters/node.js";
export { type StreamOptions, traceStream } from "./server/adapters/stream.js";
export type { ServerOptions } from "./server/options.js";
export type { ResponseHeader } from "./server/response-headers.js";
