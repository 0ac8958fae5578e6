/**
 * OTLP through OpenTelemetry's own exporters, which are optional packages and read their own
 * variables.
 */
import { createRequire } from "node:module";
import { definedFields } from "../../config/defined-fields.js";
import { isNodeAtLeast } from "../../config/process-environment.js";
import type { SpanExporter } from "../../tracer/readable-span.js";
import { splitShared } from "../../tracer/shared-span.js";
import { MAX_CONNECTIONS } from "../http/http-delivery.js";

export type OtlpProtocol = "grpc" | "http/protobuf" | "http/json";

export interface OtlpExporterConfig {
  /** Format of the messages, and protocol. @default `http/protobuf` */
  readonly protocol?: OtlpProtocol;
  /**
   * URL of the collector.
   * @default OpenTelemetry's variables, else port 4318, or 4317 for gRPC, of
   * localhost
   */
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  readonly compression?: "gzip" | "none";
}

const PACKAGES: Readonly<Record<OtlpProtocol, string>> = {
  grpc: "@opentelemetry/exporter-trace-otlp-grpc",
  "http/protobuf": "@opentelemetry/exporter-trace-otlp-proto",
  "http/json": "@opentelemetry/exporter-trace-otlp-http",
};

/** Returns the package that a protocol needs, and the command that installs it. */
function otlpPackage(protocol: OtlpProtocol): { readonly name: string; readonly install: string } {
  const name = PACKAGES[protocol];
  // Both lines work. The newer one, 0.300 and later, needs Node 22.15.
  return { name, install: isNodeAtLeast(22, 15) ? `npm install ${name}` : `npm install "${name}@>=0.200 <0.300"` };
}

/**
 * Returns OpenTelemetry's exporter for split spans. Throws, with the command that installs it, if
 * it is missing.
 */
export function otlpExporter(config: OtlpExporterConfig = {}): SpanExporter {
  const { protocol = "http/protobuf", timeoutMs, ...rest } = definedFields(config);
  const { name, install } = otlpPackage(protocol);
  let loaded: { OTLPTraceExporter: new (config: object) => SpanExporter };
  try {
    loaded = createRequire(import.meta.url)(name);
  } catch (error) {
    if (!isMissing(error, name)) throw error;
    throw new Error(`OTLP over ${protocol} needs the package ${name}: ${install}`);
  }
  const { OTLPTraceExporter } = loaded;
  const exporter = new OTLPTraceExporter({ ...rest, ...(timeoutMs === undefined ? {} : { timeoutMillis: timeoutMs }) });
  // It allows 30 at once; as many as our own exporters have are enough.
  return Object.assign(splitShared(exporter), { concurrentExports: MAX_CONNECTIONS });
}

/** Returns whether the package itself is missing, not one that it requires. */
function isMissing(error: unknown, name: string): boolean {
  const { code, message = "" } = error as NodeJS.ErrnoException;
  return code === "MODULE_NOT_FOUND" && message.includes(name);
}
