import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";
import { DeliveringExporter } from "../delivering-exporter.js";
import { type HttpExporterConfig, HttpTransport } from "../http-transport.js";
import { type Endpoint, localEndpoint } from "./endpoint.js";
import { encodeSpan } from "./span-encoder.js";

export interface ZipkinExporterConfig extends HttpExporterConfig {
  /** Zipkin's URL. Default `http://localhost:9411/api/v2/spans`. */
  readonly url?: string;
  /** Default: `service.name` of the spans' resource. */
  readonly serviceName?: string;
}

/**
 * Sends spans to Zipkin as JSON v2, shared spans marked. Works in any OpenTelemetry 2.x set-up. Throws `TypeError` for
 * a URL that is not http or https; `export` never throws.
 */
export class ZipkinExporter extends DeliveringExporter {
  constructor(config: ZipkinExporterConfig = {}) {
    const backend = {
      url: config.url ?? "http://localhost:9411/api/v2/spans",
      contentType: "application/json",
      remedy: (status: number) =>
        status === 404 || status === 405 ? "Zipkin's v2 path is /api/v2/spans, port 9411" : undefined,
    };
    super(new HttpTransport(config, backend, batchEncoder(config.serviceName)));
  }
}

function batchEncoder(serviceName: string | undefined): (spans: readonly ReadableSpan[]) => Buffer {
  // The operating system is asked for an address once for each resource: a process has one.
  const endpoints = new WeakMap<object, Endpoint>();
  const endpoint = ({ resource }: ReadableSpan): Endpoint => {
    let known = endpoints.get(resource);
    if (known === undefined) {
      const name = serviceName ?? String(resource.attributes["service.name"] ?? "unknown_service");
      known = localEndpoint(name, resource.attributes);
      endpoints.set(resource, known);
    }
    return known;
  };
  return (spans) => Buffer.from(`[${spans.map((span) => encodeSpan(span, endpoint(span))).join(",")}]`);
}
