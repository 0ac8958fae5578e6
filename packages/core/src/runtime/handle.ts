/**
 * The handle that `initTracing` returns: what it can be asked, and how it ends.
 */
import { diag, type TextMapPropagator, type Tracer } from "@opentelemetry/api";
import type { Setting } from "../config/setting-reader.js";
import type { BatchProcessor } from "../export/queue/batch-processor.js";
import type { SpanReport } from "../export/report/span-report.js";
import { within } from "./shutdown.js";

/** What became of the spans so far, and what the wire brought. */
export interface TracingReport extends SpanReport {
  /** The same for each exporter. With several, the totals count each span once for each. */
  readonly exporters: Readonly<Record<string, SpanReport>>;
  /** Malformed headers, by name. */
  readonly headersMalformed: Readonly<Record<string, number>>;
  /** Calls without headers because the host is no propagation target. */
  readonly hostsNotPropagatedTo: number;
}

export interface Tracing {
  readonly tracer: Tracer;
  readonly propagator: TextMapPropagator;
  /** The settled options, each with where it came from. Secrets are masked. */
  readonly config: Readonly<Record<string, Setting>>;
  report(): TracingReport;
  /** Resolves when all that waits was exported or has failed, or when time is over (default 5000 ms). Never rejects. */
  flush(options?: { readonly timeoutMs?: number }): Promise<void>;
  /** Flushes, within the shutdown time, and stops. The last report; called again, the same. Headers are still forwarded. */
  shutdown(): Promise<TracingReport>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** What a handle is made of. */
export interface TracingParts extends Pick<Tracing, "tracer" | "propagator" | "config" | "report"> {
  readonly processors: readonly BatchProcessor[];
  /** Milliseconds that a flush may take. */
  readonly timeoutMs: number;
  /** Called at once when shutdown begins: from here on no spans are made. */
  readonly stop: () => void;
}

export function tracingHandle({ processors, timeoutMs: standard, stop, ...parts }: TracingParts): Tracing {
  let stopping: Promise<TracingReport> | undefined;
  const end = async (): Promise<TracingReport> => {
    stop();
    const inTime = await within(standard, Promise.all(processors.map((one) => one.shutdown())));
    if (!inTime) for (const one of processors) one.abandon();
    return parts.report();
  };
  const shutdown = (): Promise<TracingReport> => {
    stopping ??= end();
    return stopping;
  };
  return {
    ...parts,
    async flush({ timeoutMs = standard } = {}) {
      if (await within(timeoutMs, Promise.all(processors.map((one) => one.forceFlush())))) return;
      diag.warn(`meshtrace: after ${timeoutMs} ms of flushing ${parts.report().queued} spans still wait`);
    },
    shutdown,
    async [Symbol.asyncDispose]() {
      await shutdown();
    },
  };
}
