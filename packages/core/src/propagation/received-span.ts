/**
 * The spans of requests that were received already, by their carriers. Another instrumentation may
 * extract the same carrier later and outside of the first one's context, as OpenTelemetry's for
 * gRPC does: its span is then a child.
 */
import type { Span } from "@opentelemetry/api";
import { RECEIVED_SPANS } from "../process-wide.js";

interface Received {
  readonly spans: WeakMap<object, Span>;
  /** Whether there has been any: without one, extracting asks for none. */
  used: boolean;
}

const registry = globalThis as { [RECEIVED_SPANS]?: Received };
registry[RECEIVED_SPANS] ??= { spans: new WeakMap(), used: false };
const received = registry[RECEIVED_SPANS];

/** Remembers the span of the request that `carrier` belongs to. */
export function setReceivedSpan(carrier: object, span: Span): void {
  received.used = true;
  received.spans.set(carrier, span);
}

/** Returns the span of the request that `carrier` belongs to, if it was received already. */
export function receivedSpan(carrier: unknown): Span | undefined {
  if (!received.used || typeof carrier !== "object" || carrier === null) return undefined;
  return received.spans.get(carrier);
}
