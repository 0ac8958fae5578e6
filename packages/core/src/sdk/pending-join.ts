/**
 * The IDs that the next span takes. OpenTelemetry's tracers ask their ID generator synchronously
 * and before anything else, so IDs that are set just before `startSpan` go to that span.
 */
import { PENDING_JOIN } from "../process-wide.js";
export interface PendingJoin {
  spanId: string | undefined;
  /** Asked for by a root only. */
  traceId: string | undefined;
}
const registry = globalThis as { [PENDING_JOIN]?: PendingJoin };

/** Returns the process's pending join. */
export function pendingJoin(): PendingJoin {
  registry[PENDING_JOIN] ??= { spanId: undefined, traceId: undefined };
  return registry[PENDING_JOIN];
}
