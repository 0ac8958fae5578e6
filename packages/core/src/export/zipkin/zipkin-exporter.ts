import { definedFields } from "../../config/defined-fields.js";
import { environmentNumber, environmentText } from "../../config/process-environment.js";
import { parsedUrl } from "../../text/parsed-url.js";
import { DeliveringExporter } from "../http/delivering-exporter.js";
import { adviseOnEndpoint } from "../http/endpoint-advice.js";
import { type HttpBackend, type HttpExporterConfig, HttpTransport } from "../http/http-transport.js";
import { ZipkinEncoder, type ZipkinEncoderConfig } from "./zipkin-encoder.js";

/** Options of `ZipkinExporter`. An option that is `undefined` or empty counts as absent. */
export interface ZipkinExporterConfig extends HttpExporterConfig, ZipkinEncoderConfig {
  /** Zipkin's URL. @default `http://localhost:9411/api/v2/spans` */
  readonly url?: string | undefined;
  /** The name of `headers` as a function in `@opentelemetry/exporter-zipkin`. */
  readonly getExportRequestHeaders?: (() => Record<string, string> | undefined) | undefined;
}

/**
 * Sends spans to Zipkin as JSON v2, shared spans marked. Works in a tracer provider of
 * OpenTelemetry's SDK 2.x and 3.x as well, and reads fields that are `undefined` or empty from
 * `OTEL_EXPORTER_ZIPKIN_ENDPOINT` and `OTEL_EXPORTER_ZIPKIN_TIMEOUT`. `export` never throws.
 *
 * @throws TypeError for a URL that is not http or https.
 * @example
 * const exporter = new ZipkinExporter({ url: "http://zipkin:9411/api/v2/spans" });
 * new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
 */
export class ZipkinExporter extends DeliveringExporter {
  constructor(config: ZipkinExporterConfig = {}) {
    const own = definedFields(config);
    const { timeoutMs = environmentNumber("OTEL_EXPORTER_ZIPKIN_TIMEOUT") } = own;
    const headers = own.getExportRequestHeaders ?? own.headers;
    super(new HttpTransport({ ...own, headers, timeoutMs }, backendFor(own)));
  }
}

function backendFor(config: ZipkinExporterConfig): HttpBackend {
  const { url: address = environmentText("OTEL_EXPORTER_ZIPKIN_ENDPOINT") ?? "http://localhost:9411/api/v2/spans" } =
    config;
  const url = parsedUrl(address);
  // Zipkin accepts no spans at the root.
  if (url.pathname === "/") url.pathname = "/api/v2/spans";
  adviseOnEndpoint("zipkin", url.href);
  return {
    url: url.href,
    contentType: "application/json",
    remedy: (status) => (status === 404 || status === 405 ? "Zipkin's v2 path is /api/v2/spans, port 9411" : undefined),
    encoder: new ZipkinEncoder(config),
  };
}
