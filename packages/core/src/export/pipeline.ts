/**
 * The exporters in force, each with its own queue and report.
 */
import type { ConfigProblem } from "../config/config-error.js";
import type { ResolvedConfig } from "../config/resolved-config.js";
import { destination } from "./destination.js";
import { BatchProcessor } from "./queue/batch-processor.js";
import { exporterFor } from "./registry.js";
import { DeliveryReport } from "./report/span-report.js";

export interface Pipelines {
  readonly processors: readonly BatchProcessor[];
  /** By the exporter's name. */
  readonly reports: ReadonlyMap<string, DeliveryReport>;
  /** Exporters that could not be built. */
  readonly problems: readonly ConfigProblem[];
}

export const NO_PIPELINES: Pipelines = { processors: [], reports: new Map(), problems: [] };

/** Builds each exporter of `config` with a queue in front of it. Never throws. */
export function pipelinesFor({ exporters, onLoss }: Pick<ResolvedConfig, "exporters" | "onLoss">): Pipelines {
  const processors: BatchProcessor[] = [];
  const reports = new Map<string, DeliveryReport>();
  const problems: ConfigProblem[] = [];
  for (const settings of exporters) {
    const { name, batch } = settings;
    try {
      const report = new DeliveryReport();
      const exporter = exporterFor(settings);
      const to = destination(settings);
      processors.push(new BatchProcessor({ ...batch, exporter, name, report, onLoss, destination: to }));
      reports.set(name, report);
    } catch (error) {
      problems.push({ name: "exporter", value: name, allowed: (error as Error).message });
    }
  }
  return { processors, reports, problems };
}
