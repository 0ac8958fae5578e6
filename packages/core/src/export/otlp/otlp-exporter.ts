/**
 * OTLP through OpenTelemetry's own exporters, which are optional packages and read their own variables.
 */
import { createRequire } from "node:module";
import type { SpanExporter } from "@opentelemetry/sdk-trace-node";
import { splitShared } from "../../tracer/shared-span.js";
import { MOST_CONNECTIONS } from "../http/http-delivery.js";

export type OtlpProtocol = "grpc" | "http/protobuf" | "http/json";

export interface OtlpExporterConfig {
  /** Default `http/protobuf`. */
  readonly protocol?: OtlpProtocol;
  /** Default as OpenTelemetry's exporter says: its variables, else port 4318, or 4317 for gRPC, of localhost. */
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

/** The package that a protocol needs, and how it is installed. */
function otlpPackage(protocol: OtlpProtocol): { readonly name: string; readonly install: string } {
  const name = PACKAGES[protocol];
  // The line whose exporters belong to SDK 2.x; the next one needs another version of the API.
  return { name, install: `npm install "${name}@>=0.200 <0.300"` };
}

/** OpenTelemetry's exporter, given split spans. Throws, with the command that installs it, when it is missing. */
export function otlpExporter(config: OtlpExporterConfig = {}): SpanExporter {
  const { protocol = "http/protobuf", timeoutMs, ...rest } = config;
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
  // It takes 30 at once; as many as the exporters of our own have are enough.
  return Object.assign(splitShared(exporter), { concurrentExports: MOST_CONNECTIONS });
}

/** Missing is the package itself; what it fails over is another matter. */
function isMissing(error: unknown, name: string): boolean {
  const { code, message = "" } = error as NodeJS.ErrnoException;
  return code === "MODULE_NOT_FOUND" && message.includes(name);
}
