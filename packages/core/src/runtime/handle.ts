/**
 * The handle that `initTracing` returns.
 */
import { diag, type TextMapPropagator, type Tracer } from "@opentelemetry/api";
import type { Setting } from "../config/setting-reader.js";
import type { BatchProcessor } from "../export/queue/batch-processor.js";
import type { SpanReport } from "../export/report/span-report.js";
import { printable } from "../text/printable.js";
import type { TracerProvider } from "../tracer/tracer-provider.js";
import type { MessageReport } from "./message-counts.js";
import type { RequestReport } from "./request-counts.js";
import { within } from "./shutdown.js";

/** Counts since the start: spans by their outcome, and what came over the wire. */
export interface TracingReport extends SpanReport {
  /** The same counts for each exporter. With several, the totals count each span once for each. */
  readonly exporters: Readonly<Record<string, SpanReport>>;
  /** Incoming requests by what became of them. */
  readonly requests: RequestReport;
  /** Messages that were produced and consumed. */
  readonly messages: MessageReport;
  /** Malformed headers, by name. */
  readonly headersMalformed: Readonly<Record<string, number>>;
  /** Calls that carried no headers because their host is no propagation target. */
  readonly hostsNotPropagatedTo: number;
  /** Log lines, and loggers, that got no fields because a value could not be read. */
  readonly logLinesFailed: number;
}

/** Handle of the running tracing, returned by `initTracing`. */
export interface Tracing {
  /** Tracer for spans of your own. */
  readonly tracer: Tracer;
  /** Propagator for carriers other than HTTP headers. */
  readonly propagator: TextMapPropagator;
  /** The settings in force, each with its source. Secrets are masked. */
  readonly config: Readonly<Record<string, Setting>>;
  /**
   * Returns the counts up to now. `ended = exported + failed + dropped + queued` holds at each
   * moment.
   */
  report(): TracingReport;
  /**
   * Resolves when every span that has ended so far was exported or has failed, or after `timeoutMs`
   * milliseconds (default `shutdown.timeoutMs`, 5000). Never rejects.
   */
  flush(options?: { readonly timeoutMs?: number }): Promise<void>;
  /**
   * Flushes, for at most `shutdown.timeoutMs`, and stops; headers are still forwarded. Resolves
   * with the last report; called again, with the same one. Never rejects.
   */
  shutdown(): Promise<TracingReport>;
  /** Calls `shutdown()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** The parts of a handle. */
export interface TracingParts extends Pick<Tracing, "tracer" | "propagator" | "report"> {
  readonly readConfig: () => Tracing["config"];
  readonly processors: readonly BatchProcessor[];
  /** Flushes and ends all processors, those of the app included. Neither method rejects. */
  readonly provider: Pick<TracerProvider, "forceFlush" | "shutdown">;
  /** Milliseconds that a flush may take. */
  readonly timeoutMs: number;
  /** Called when shutdown begins: no spans are made from then on. */
  readonly stop: () => void;
  /** Called when shutdown has ended. */
  readonly stopped: () => void;
}

export function tracingHandle({
  processors,
  provider,
  timeoutMs: defaultMs,
  stop,
  stopped,
  readConfig,
  ...parts
}: TracingParts): Tracing {
  let stopping: Promise<TracingReport> | undefined;
  const end = async (): Promise<TracingReport> => {
    stop();
    const inTime = await within(defaultMs, provider.shutdown());
    for (const processor of processors) {
      if (!inTime) processor.abandon();
      processor.reportLosses();
    }
    stopped();
    return parts.report();
  };
  const shutdown = (): Promise<TracingReport> => {
    stopping ??= end();
    return stopping;
  };
  return {
    ...parts,
    get config() {
      return readConfig();
    },
    async flush({ timeoutMs = defaultMs } = {}) {
      if (await within(timeoutMs, provider.forceFlush())) return;
      const troubles = processors.map(({ trouble }) => trouble).filter((trouble) => trouble !== undefined);
      const why = troubles.length === 0 ? "" : `: ${printable(troubles.join("; "))}`;
      diag.warn(`meshtrace: after ${timeoutMs} ms of flushing ${parts.report().queued} spans still wait${why}`);
    },
    shutdown,
    async [Symbol.asyncDispose]() {
      await shutdown();
    },
  };
}
