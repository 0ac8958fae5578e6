/**
 * The IDs that the next span takes. OpenTelemetry's tracers ask their ID generator synchronously and before anything else,
 * so IDs that are set just before `startSpan` go to that span.
 */
export interface PendingJoin {
  spanId: string | undefined;
  /** Asked for by a root only. */
  traceId: string | undefined;
}

// One for the process: generator and tracer may come from the ESM and the CommonJS build of this package.
const PENDING: unique symbol = Symbol.for("meshtrace.pending-join.v1") as never;
const registry = globalThis as { [PENDING]?: PendingJoin };

/** Returns the process's pending join. */
export function pendingJoin(): PendingJoin {
  registry[PENDING] ??= { spanId: undefined, traceId: undefined };
  return registry[PENDING];
}
