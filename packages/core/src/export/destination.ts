/**
 * Where an exporter sends, for messages.
 */
import type { ExporterConfig, OtlpConfig } from "../config/exporter-config.js";
import { maskedText } from "../config/masked-value.js";
import { environmentText } from "../config/process-environment.js";

/**
 * Returns the URL or address of an exporter without credentials; empty for the console and
 * exporters of the app.
 */
export function destination(exporter: ExporterConfig): string {
  switch (exporter.kind) {
    case "jaeger":
      return "endpoint" in exporter.config
        ? maskedText(exporter.config.endpoint)
        : `udp ${exporter.config.host}:${exporter.config.port}`;
    case "zipkin":
      return maskedText(exporter.config.endpoint);
    case "otlp":
      return maskedText(otlpEndpoint(exporter.config));
    default:
      return "";
  }
}

/**
 * As OpenTelemetry's exporter finds it. Spec:
 * https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 */
function otlpEndpoint({ endpoint, protocol }: OtlpConfig): string {
  const own = endpoint ?? environmentText("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");
  if (own !== undefined) return own;
  const general = environmentText("OTEL_EXPORTER_OTLP_ENDPOINT");
  if (protocol === "grpc") return general ?? "http://localhost:4317";
  return `${(general ?? "http://localhost:4318").replace(/\/$/, "")}/v1/traces`;
}
