import type { SpanExporter } from "../../tracer/readable-span.js";
import type { OnLoss } from "../report/loss-log.js";
import type { DeliveryReport } from "../report/span-report.js";

export interface BatchProcessorOptions {
  readonly exporter: SpanExporter & { readonly concurrentExports?: number };
  /** The exporter's name, for messages about losses. */
  readonly name: string;
  readonly report: DeliveryReport;
  /** Where the exporter sends, for the same messages. */
  readonly destination?: string;
  /** Spans that may wait; one more is dropped and counted. @default 2048 */
  readonly maxQueueSize?: number;
  /** Bytes that may wait: of encoded spans exact, of span objects approximate. @default 32 MiB */
  readonly maxQueueBytes?: number;
  /** Spans in one export. A full batch leaves at once. @default 512 */
  readonly maxExportBatchSize?: number;
  /**
   * Bytes in one export. One larger span leaves alone.
   * @default 4 MiB, which every collector accepts
   */
  readonly maxExportBatchBytes?: number;
  /** Milliseconds that a span waits for others at most. @default 5000 */
  readonly scheduledDelayMillis?: number;
  /** Milliseconds after which an export without an answer counts as failed. @default 30000 */
  readonly exportTimeoutMillis?: number;
  /** Milliseconds between two reports of losses. @default one minute */
  readonly lossReportMillis?: number;
  readonly onLoss?: OnLoss | undefined;
}

/** Why spans are dropped. */
export const SHUT_DOWN = "they ended after shutdown";
export const EXITING = "they ended after the last export of a process that exits";

const MEBIBYTE = 1_048_576;

/** Returns the options with the defaults of those that are absent. */
export function withDefaults(options: BatchProcessorOptions): Required<BatchProcessorOptions> {
  return {
    maxQueueSize: 2048,
    maxQueueBytes: 32 * MEBIBYTE,
    maxExportBatchSize: 512,
    maxExportBatchBytes: 4 * MEBIBYTE,
    scheduledDelayMillis: 5000,
    exportTimeoutMillis: 30_000,
    lossReportMillis: 60_000,
    onLoss: undefined,
    destination: "",
    ...options,
  };
}
