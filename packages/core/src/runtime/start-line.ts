/**
 * One line at the start that says where spans go.
 */
import type { ExporterConfig } from "../config/exporter-config.js";
import { shownValue } from "../config/masked-value.js";
import type { ResolvedConfig } from "../config/resolved-config.js";
import { destination } from "../export/destination.js";
import { printable } from "../text/printable.js";

/**
 * Returns exporters, their endpoints, service name, sampler and header formats, without
 * credentials.
 */
export function startLine(config: ResolvedConfig): string {
  const { disabled, tracerProvider, serviceName, sampler } = config;
  const formats = config.propagators.map((propagator) => shownValue("", propagator)).join(",") || "none";
  if (disabled) {
    const source = config.settings["disabled"]?.source ?? "option";
    return printable(`tracing is off (${source}), headers are forwarded: ${formats}`);
  }
  if (tracerProvider !== undefined) return `the app's tracer provider makes the spans; headers: ${formats}`;
  const exporters = config.exporters.map(exporterText).join(" and ") || "no exporter";
  return printable(
    `spans of ${serviceName} go to ${exporters}; sampler: ${shownValue("sampler", sampler)}; headers: ${formats}`,
  );
}

function exporterText(exporter: ExporterConfig): string {
  const to = destination(exporter);
  return to === "" ? exporter.name : `${exporter.name} at ${to}`;
}
