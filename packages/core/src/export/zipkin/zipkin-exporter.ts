import { getNumberFromEnv, getStringFromEnv } from "@opentelemetry/core";
import { DeliveringExporter } from "../http/delivering-exporter.js";
import { adviseOnEndpoint } from "../http/endpoint-advice.js";
import { type HttpBackend, type HttpExporterConfig, HttpTransport } from "../http/http-transport.js";
import { batchEncoder } from "./batch-encoder.js";
import type { TagNames } from "./tag-encoder.js";

export interface ZipkinExporterConfig extends HttpExporterConfig, Partial<TagNames> {
  /** Zipkin's URL. Default `http://localhost:9411/api/v2/spans`. */
  readonly url?: string;
  /** Default: `service.name` of the spans' resource. */
  readonly serviceName?: string;
  /** The name that `headers` as a function has in `@opentelemetry/exporter-zipkin`. */
  readonly getExportRequestHeaders?: () => Record<string, string> | undefined;
}

/**
 * Sends spans to Zipkin as JSON v2, shared spans marked. Works in any OpenTelemetry 2.x set-up, and reads what is not
 * configured from `OTEL_EXPORTER_ZIPKIN_ENDPOINT` and `OTEL_EXPORTER_ZIPKIN_TIMEOUT`. Throws `TypeError` for a URL that is
 * not http or https; `export` never throws.
 */
export class ZipkinExporter extends DeliveringExporter {
  constructor(config: ZipkinExporterConfig = {}) {
    const { timeoutMs = getNumberFromEnv("OTEL_EXPORTER_ZIPKIN_TIMEOUT") } = config;
    const headers = config.getExportRequestHeaders ?? config.headers;
    super(new HttpTransport({ ...config, headers, timeoutMs }, backendFor(config)));
  }
}

function backendFor(config: ZipkinExporterConfig): HttpBackend {
  const url = new URL(
    config.url || (getStringFromEnv("OTEL_EXPORTER_ZIPKIN_ENDPOINT") ?? "http://localhost:9411/api/v2/spans"),
  );
  // A collector's address alone: Zipkin takes no spans there.
  if (url.pathname === "/") url.pathname = "/api/v2/spans";
  adviseOnEndpoint("zipkin", url.href);
  return {
    url: url.href,
    contentType: "application/json",
    oneResource: false,
    remedy: (status) => (status === 404 || status === 405 ? "Zipkin's v2 path is /api/v2/spans, port 9411" : undefined),
    encode: batchEncoder(config),
  };
}
