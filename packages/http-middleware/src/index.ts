/** @meshtrace/http-middleware: tracing for Node's HTTP servers and for fetch. Patches nothing. */
export { type TracedFetch, type TracedInit, tracedFetch } from "./client/fetch.js";
export type { ClientOptions, ServerOptions } from "./options.js";
export { traceHandler, tracingMiddleware } from "./server/node.js";
