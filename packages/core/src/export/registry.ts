/**
 * The exporters by their kind: the names of `OTEL_TRACES_EXPORTER`, and exporters of the app.
 */
import type { BatchConfig, ExporterConfig, ExporterConfigs, ExporterKind } from "../config/exporter-config.js";
import type { JaegerConfig } from "../config/jaeger-config.js";
import { NEW_BATCH } from "../process-wide.js";
import type { SpanExporter } from "../tracer/readable-span.js";
import { splitShared } from "../tracer/shared-span.js";
import { ConsoleExporter } from "./console/console-exporter.js";
import { JaegerExporter } from "./jaeger/jaeger-exporter.js";
import { otlpExporter } from "./otlp/otlp-exporter.js";
import { ZipkinExporter } from "./zipkin/zipkin-exporter.js";

type Factories = {
  readonly [Kind in ExporterKind]: (config: ExporterConfigs[Kind], batch: BatchConfig) => SpanExporter;
};

const FACTORIES: Factories = {
  jaeger: (config, batch) => new JaegerExporter({ ...config, ...bearerHeaders(config), ...delivery(batch) }),
  zipkin: ({ endpoint, ...config }, batch) => new ZipkinExporter({ ...config, url: endpoint, ...delivery(batch) }),
  otlp: ({ endpoint, ...config }) => otlpExporter(endpoint === undefined ? config : { ...config, url: endpoint }),
  console: (config) => new ConsoleExporter(config),
  // Our own exporters treat shared spans themselves, and take encoded spans.
  custom: (exporter) => (NEW_BATCH in exporter ? exporter : splitShared(exporter)),
};

/** Returns the exporter. Throws an `Error` whose message says what to do. */
export function exporterFor<Kind extends ExporterKind>(
  settings: ExporterConfig & { readonly kind: Kind },
): SpanExporter {
  const factory = FACTORIES[settings.kind] as (config: unknown, batch: BatchConfig) => SpanExporter;
  return factory(settings.config, settings.batch);
}

/** Returns whether the backend of an exporter knows shared spans under their split IDs. */
export function exporterSplits({ kind, config }: ExporterConfig): boolean {
  if (kind === "zipkin" || kind === "console") return false;
  // Of our own exporters an app can pass, these two write shared IDs.
  return !(config instanceof ZipkinExporter || config instanceof ConsoleExporter);
}

/**
 * All attempts end before the export counts as unanswered, so that the reason of the last one is
 * known.
 */
function delivery({ exportTimeoutMillis }: BatchConfig): { deadlineMs: number; keepsProcess: false } {
  return { deadlineMs: 0.9 * exportTimeoutMillis, keepsProcess: false };
}

/**
 * As a header, so that the exporter does not prefer a user's name that it finds in the environment.
 */
function bearerHeaders(config: JaegerConfig): { headers?: Readonly<Record<string, string>> } {
  if (!("bearerToken" in config)) return {};
  return { headers: { authorization: `Bearer ${config.bearerToken}`, ...config.headers } };
}
