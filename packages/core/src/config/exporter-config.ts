/**
 * The exporters in force, each with everything that it needs. Settings of one exporter override the
 * general ones, and options override variables.
 */
import type { SpanExporter } from "../tracer/readable-span.js";
import { EXPORT_SETTINGS } from "./export-settings.js";
import { type HttpConfig, readEndpoint, readHttp } from "./http-config.js";
import type { ProcessFacts } from "./identity.js";
import { type JaegerConfig, jaegerConfig } from "./jaeger-config.js";
import { className } from "./masked-value.js";
import type { ResolvedOf } from "./setting.js";
import type { ConsoleFormat, ExporterName, OtlpProtocol } from "./setting-names.js";
import type { SettingReader } from "./setting-reader.js";

/** The queue in front of an exporter. */
export type BatchConfig = ResolvedOf<typeof EXPORT_SETTINGS.batch>;

export interface ZipkinConfig extends HttpConfig {
  readonly endpoint: string;
}

export interface OtlpConfig extends Omit<HttpConfig, "timeoutMs" | "tls"> {
  readonly protocol: OtlpProtocol;
  /** Without it, OpenTelemetry's exporter reads its own variables. */
  readonly endpoint?: string;
  readonly timeoutMs?: number;
}

export interface ConsoleConfig {
  readonly format: ConsoleFormat;
  readonly terminal: boolean;
}

/** What the config of each kind of exporter is. An exporter object of the app is its own config. */
export interface ExporterConfigs {
  readonly jaeger: JaegerConfig;
  readonly zipkin: ZipkinConfig;
  readonly otlp: OtlpConfig;
  readonly console: ConsoleConfig;
  readonly custom: SpanExporter;
}

export type ExporterKind = keyof ExporterConfigs;

/** One exporter in force. */
export type ExporterConfig = {
  readonly [Kind in ExporterKind]: {
    readonly kind: Kind;
    /** Distinguishes the exporters in reports. */
    readonly name: string;
    readonly config: ExporterConfigs[Kind];
    readonly batch: BatchConfig;
  };
}[ExporterKind];

const IN_MESH = "http://zipkin.istio-system:9411/api/v2/spans";
const ON_LOCALHOST = "http://localhost:9411/api/v2/spans";
const CONSOLE_DELAY_MS = 100;

/** Reads the exporters that are named, each one once; `none` adds nothing. */
export function readExporters(reader: SettingReader, facts: ProcessFacts): readonly ExporterConfig[] {
  const chosen = new Set([reader.read(EXPORT_SETTINGS.exporter)].flat());
  chosen.delete("none");
  if (chosen.size === 0) return [];
  const batch = readBatch(reader);
  const names = new Set<string>();
  const exporters = [...chosen].map((exporter): ExporterConfig => {
    const base = typeof exporter === "string" ? exporter : className(exporter);
    const name = uniqueName(base === "Object" ? "exporter" : base, names);
    if (typeof exporter !== "string") return Object.freeze({ kind: "custom", name, batch, config: exporter });
    return namedExporter(exporter as Exclude<ExporterName, "none">, { reader, facts, name, batch });
  });
  return Object.freeze(exporters);
}

interface Place {
  readonly reader: SettingReader;
  readonly facts: ProcessFacts;
  readonly name: string;
  readonly batch: BatchConfig;
}

function namedExporter(kind: Exclude<ExporterName, "none">, { reader, facts, name, batch }: Place): ExporterConfig {
  const inKubernetes = Boolean(facts.environment["KUBERNETES_SERVICE_HOST"]);
  switch (kind) {
    case "jaeger":
      return Object.freeze({ kind, name, batch, config: Object.freeze(jaegerConfig(reader, inKubernetes)) });
    case "zipkin":
      return Object.freeze({ kind, name, batch, config: Object.freeze(zipkinConfig(reader, inKubernetes)) });
    case "otlp":
      return Object.freeze({ kind, name, batch, config: Object.freeze(otlpConfig(reader)) });
    case "console": {
      const config = Object.freeze(consoleConfig(reader, facts));
      return Object.freeze({ kind, name, batch: consoleBatch(reader, batch), config });
    }
  }
}

function uniqueName(base: string, taken: Set<string>): string {
  const name = taken.has(base) ? `${base}-${taken.size}` : base;
  taken.add(name);
  return name;
}

/** A batch that is larger than the queue would never be full. */
function readBatch(reader: SettingReader): BatchConfig {
  const batch = reader.readAll(EXPORT_SETTINGS.batch);
  if (batch.maxExportBatchSize <= batch.maxQueueSize) return batch;
  const found = { value: batch.maxQueueSize, source: "batch.maxQueueSize" };
  return Object.freeze({
    ...batch,
    maxExportBatchSize: reader.show(EXPORT_SETTINGS.batch.maxExportBatchSize, found),
  });
}

function zipkinConfig(reader: SettingReader, inKubernetes: boolean): ZipkinConfig {
  const { endpoint, timeoutMs } = EXPORT_SETTINGS.zipkin;
  return {
    endpoint: readEndpoint(reader, endpoint, inKubernetes ? IN_MESH : undefined, ON_LOCALHOST),
    ...readHttp(reader, timeoutMs),
  };
}

function otlpConfig(reader: SettingReader): OtlpConfig {
  const endpoint = reader.read(EXPORT_SETTINGS.endpoint);
  const timeoutMs = reader.read(EXPORT_SETTINGS.timeoutMs);
  return {
    protocol: reader.read(EXPORT_SETTINGS.otlp.protocol),
    headers: reader.read(EXPORT_SETTINGS.headers) ?? {},
    compression: reader.read(EXPORT_SETTINGS.compression),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  };
}

function consoleConfig(reader: SettingReader, { terminal }: ProcessFacts): ConsoleConfig {
  const { format } = EXPORT_SETTINGS.console;
  const otherwise = { value: terminal ? "waterfall" : "json", source: "default" } as const;
  return { terminal, format: reader.show(format, reader.find(format) ?? otherwise) };
}

/** A developer at a terminal wants to see the request that was just made. */
function consoleBatch(reader: SettingReader, batch: BatchConfig): BatchConfig {
  const { console, batch: general } = EXPORT_SETTINGS;
  const isSet = reader.hasOption(general.scheduledDelayMillis) || reader.hasVariable(general.scheduledDelayMillis);
  const otherwise = isSet
    ? { value: batch.scheduledDelayMillis, source: "batch.scheduledDelayMillis" }
    : { value: CONSOLE_DELAY_MS, source: "default" };
  const found = reader.option(console.scheduledDelayMillis) ?? otherwise;
  return Object.freeze({ ...batch, scheduledDelayMillis: reader.show(console.scheduledDelayMillis, found) });
}
