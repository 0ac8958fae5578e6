/**
 * The exporters that the settings name, each with a queue and books of its own.
 */
import type { SpanExporter } from "@opentelemetry/sdk-trace-node";
import type { ExporterName } from "../config/options.js";
import type { Settings } from "../config/settings.js";
import { splitShared } from "../tracer/shared-span.js";
import { BatchProcessor } from "./queue/batch-processor.js";
import { exporterFor, type Surroundings } from "./registry.js";
import type { OnLoss } from "./report/loss-log.js";
import { DeliveryReport } from "./report/span-report.js";

/** What spans go through on their way out, and the books of each exporter by its name. */
export interface SpanProcessors {
  readonly processors: readonly BatchProcessor[];
  readonly reports: ReadonlyMap<string, DeliveryReport>;
}

interface Batch {
  readonly maxQueueSize: number;
  readonly maxExportBatchSize: number;
}

type Wanted = ExporterName | SpanExporter;

export const NO_PROCESSORS: SpanProcessors = { processors: [], reports: new Map() };

/** In front of a terminal sits somebody who wants to see the request that was just made. */
const PERSON_WAITS = { scheduledDelayMillis: 100 };

/** A queue for each exporter that is named or handed in. One that cannot be built becomes a problem of the settings. */
export function spanProcessors(settings: Settings, surroundings: Surroundings): SpanProcessors {
  const processors: BatchProcessor[] = [];
  const reports = new Map<string, DeliveryReport>();
  const batch = batchSettings(settings);
  const onLoss = settings.find<OnLoss>("onReport");
  for (const one of [settings.get<Wanted | readonly Wanted[]>("exporter")].flat()) {
    if (one === "none") continue;
    const base = typeof one === "string" ? one : className(one);
    const name = reports.has(base) ? `${base}-${reports.size}` : base;
    try {
      const exporter = typeof one === "string" ? exporterFor(one, settings, surroundings) : splitShared(one);
      const report = new DeliveryReport();
      reports.set(name, report);
      const delay = one === "console" && !settings.has("batch.scheduledDelayMillis") ? PERSON_WAITS : {};
      processors.push(new BatchProcessor({ ...batch, ...delay, exporter, name, report, onLoss }));
    } catch (error) {
      settings.problems.push({ name: "exporter", value: name, allowed: (error as Error).message });
    }
  }
  return { processors, reports };
}

/** What a handed-in exporter is called; a plain object has no class of its own. */
function className(exporter: SpanExporter): string {
  const name = exporter.constructor?.name;
  return name === undefined || name === "Object" || name === "" ? "exporter" : name;
}

function batchSettings(settings: Settings): Batch {
  const batch = settings.pick<Batch>("batch.", [
    "maxQueueSize",
    "maxExportBatchSize",
    "maxQueueBytes",
    "maxExportBatchBytes",
    "scheduledDelayMillis",
    "exportTimeoutMillis",
  ]);
  // A batch that is larger than the queue would never be full, and every span beyond the queue would be lost.
  return { ...batch, maxExportBatchSize: Math.min(batch.maxExportBatchSize, batch.maxQueueSize) };
}
