/**
 * What OpenTelemetry's instrumentation of node:http puts on the context of a request. Its
 * instrumentations of frameworks, beside ours, write the route there.
 *
 * Shape and key are those of `rpc-metadata.ts` in @opentelemetry/core.
 */
import { context, createContextKey, type Span } from "@opentelemetry/api";

/** Metadata of a request with a SERVER span. */
export interface RpcMetadata {
  readonly type: "http";
  readonly span: Span;
  /** Template, once an instrumentation knows it. */
  route: unknown;
}

const RPC_METADATA_KEY = createContextKey("OpenTelemetry SDK Context Key RPC_METADATA");

/** Returns the SERVER span in whose context the caller runs, also below spans of its own. */
export function currentServerSpan(): Span | undefined {
  return (context.active().getValue(RPC_METADATA_KEY) as Partial<RpcMetadata> | undefined)?.span;
}

/** Returns the route that another instrumentation has written; `undefined` without one. */
export function routeFrom(metadata: RpcMetadata | undefined): string | undefined {
  const route = metadata?.route;
  return typeof route === "string" && route !== "" ? route : undefined;
}
