/**
 * The exporters by the name that `OTEL_TRACES_EXPORTER` has for them.
 */
import type { SpanExporter } from "@opentelemetry/sdk-trace-node";
import type { ExporterName } from "../config/options.js";
import type { Settings } from "../config/settings.js";
import { ConsoleExporter, type ConsoleExporterConfig } from "./console/console-exporter.js";
import { JaegerExporter, type JaegerExporterConfig } from "./jaeger/jaeger-exporter.js";
import { type OtlpExporterConfig, otlpExporter } from "./otlp/otlp-exporter.js";
import { ZipkinExporter, type ZipkinExporterConfig } from "./zipkin/zipkin-exporter.js";

/** What the settings do not say. */
export interface Surroundings {
  readonly inKubernetes: boolean;
  readonly terminal: boolean;
}

type Factory = (settings: Settings, surroundings: Surroundings) => SpanExporter;

const HTTP = ["headers", "timeoutMs", "compression", "tls"] as const;

const FACTORIES: Readonly<Record<Exclude<ExporterName, "none">, Factory>> = {
  jaeger: (settings, { inKubernetes }) =>
    new JaegerExporter({
      ...settings.pick<JaegerExporterConfig>("jaeger.", [
        "host",
        "port",
        "username",
        "password",
        "bearerToken",
        "maxPacketSize",
        "timeoutMs",
      ]),
      ...settings.pick<JaegerExporterConfig>("", HTTP),
      ...endpoint(
        settings,
        "jaeger",
        inKubernetes,
        "http://jaeger-collector.istio-system:14268/api/traces",
        "endpoint",
      ),
      // Only where it was chosen: a host alone means UDP.
      ...(settings.has("jaeger.protocol") ? settings.pick<JaegerExporterConfig>("jaeger.", ["protocol"]) : {}),
      ...deadline(settings),
      keepsProcess: false,
    }),
  zipkin: (settings, { inKubernetes }) =>
    new ZipkinExporter({
      ...settings.pick<ZipkinExporterConfig>("zipkin.", ["timeoutMs"]),
      ...settings.pick<ZipkinExporterConfig>("", HTTP),
      ...endpoint(settings, "zipkin", inKubernetes, "http://zipkin.istio-system:9411/api/v2/spans", "url"),
      ...deadline(settings),
      keepsProcess: false,
    }),
  otlp: (settings) =>
    otlpExporter({
      ...settings.pick<OtlpExporterConfig>("otlp.", ["protocol"]),
      ...settings.pick<OtlpExporterConfig>("", HTTP),
      ...(settings.has("endpoint") ? { url: settings.get<string>("endpoint") } : {}),
    }),
  console: (settings, { terminal }) =>
    new ConsoleExporter({ terminal, ...settings.pick<ConsoleExporterConfig>("console.", ["format"]) }),
};

/** The exporter of that name, as the settings say. Throws an `Error` whose message says what to do. */
export function exporterFor(
  name: Exclude<ExporterName, "none">,
  settings: Settings,
  surroundings: Surroundings,
): SpanExporter {
  return FACTORIES[name](settings, surroundings);
}

/** All attempts end before the export counts as unanswered, so that the reason of the last one is known. */
function deadline(settings: Settings): { deadlineMs: number } {
  return { deadlineMs: 0.9 * settings.get<number>("batch.exportTimeoutMillis") };
}

/** Where to: the option that names no exporter first, then the exporter's own setting, then where Istio's addons are. */
function endpoint(settings: Settings, name: string, inKubernetes: boolean, inMesh: string, as: string): object {
  const given = settings.find<string>("endpoint") ?? settings.find<string>(`${name}.endpoint`);
  if (given !== undefined) return { [as]: given };
  const elsewhere = settings.has(`${name}.host`) || !inKubernetes;
  if (elsewhere) return {};
  settings.set(`${name}.endpoint`, inMesh, "kubernetes");
  return { [as]: inMesh };
}
