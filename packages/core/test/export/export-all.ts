import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace-node";

export interface ExportOutcome {
  readonly code: number;
  readonly error?: (Error & { failed?: number }) | undefined;
}

/** What an exporter answers to a batch. */
export function exportAll(exporter: SpanExporter, batch: readonly ReadableSpan[]): Promise<ExportOutcome> {
  return new Promise((resolve) => exporter.export([...batch], resolve as (outcome: object) => void));
}
