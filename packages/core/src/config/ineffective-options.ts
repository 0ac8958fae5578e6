/**
 * Options that can have no effect. Where a variable chose the exporter or the transport, options
 * for another choice are no mistake; neither is a group of options for an exporter that is not in
 * use.
 */
import type { ConfigProblem } from "./config-error.js";
import { EXPORT_SETTINGS } from "./export-settings.js";
import type { ExporterConfig } from "./exporter-config.js";
import { isTransportFromVariable } from "./jaeger-config.js";
import { shownValue } from "./masked-value.js";
import { EXPORTER_NAMES } from "./setting-names.js";
import type { SettingReader } from "./setting-reader.js";

const GROUPS: readonly string[] = EXPORTER_NAMES;
const OVER_NETWORK: readonly string[] = ["jaeger", "zipkin", "otlp"];

/**
 * Finds options that were set and that no part of the config reads, and a general endpoint that
 * could mean any of several.
 */
export function ineffectiveOptions(
  reader: SettingReader,
  exporters: readonly ExporterConfig[],
  hasOtherProvider: boolean,
): ConfigProblem[] {
  const problems = ambiguousEndpoint(reader, exporters);
  for (const [name, value] of reader.unread()) {
    const allowed = hasOtherProvider
      ? "has no effect with tracerProvider, which makes and exports the spans"
      : reasonOf(name, reader, exporters);
    if (allowed !== undefined) problems.push({ name, value: shownValue(name, value), allowed });
  }
  return problems;
}

function ambiguousEndpoint(reader: SettingReader, exporters: readonly ExporterConfig[]): ConfigProblem[] {
  const overNetwork = exporters.filter(({ kind }) => OVER_NETWORK.includes(kind));
  if (overNetwork.length < 2 || !reader.hasOption(EXPORT_SETTINGS.endpoint)) return [];
  const allowed = "only with one exporter; with several, jaeger.endpoint and zipkin.endpoint";
  const value = shownValue("endpoint", reader.option(EXPORT_SETTINGS.endpoint)?.value);
  return [{ name: "endpoint", value, allowed }];
}

/** Returns why the option has no effect; `undefined` where that is no mistake. */
function reasonOf(name: string, reader: SettingReader, exporters: readonly ExporterConfig[]): string | undefined {
  // `none` switches exporters off, as `disabled` does.
  if (exporters.length === 0) return undefined;
  const [group = "", member] = name.split(".");
  const isOfExporter = member !== undefined && GROUPS.includes(group);
  if (isOfExporter && !exporters.some(({ kind }) => kind === group)) return undefined;
  const jaeger = exporters.find((exporter) => exporter.kind === "jaeger");
  if (jaeger !== undefined && isTransportFromVariable(reader)) return undefined;
  if (isOfExporter) {
    if (name === "jaeger.bearerToken" && "username" in (jaeger?.config ?? {}))
      return "has no effect with jaeger.username";
    if (name === "jaeger.password" && jaeger?.config.protocol === "http/thrift.binary")
      return "only with jaeger.username";
    return `has no effect with jaeger.protocol ${jaeger?.config.protocol}`;
  }
  if (!reader.hasOption(EXPORT_SETTINGS.exporter) && reader.hasVariable(EXPORT_SETTINGS.exporter)) return undefined;
  return `has no effect with exporter ${exporters.map((exporter) => exporter.name).join(", ")} and its options`;
}
