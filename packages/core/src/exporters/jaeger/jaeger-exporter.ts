import { DeliveringExporter } from "../delivering-exporter.js";
import { type HttpExporterConfig, HttpTransport } from "../http-transport.js";
import { encodeBatch } from "./batch-encoder.js";

export interface JaegerExporterConfig extends HttpExporterConfig {
  /** The collector's URL for Thrift over HTTP. Default `http://localhost:14268/api/traces`. */
  readonly endpoint?: string;
  /** Only `http/thrift.binary` so far; another one throws. */
  readonly protocol?: "http/thrift.binary";
  /** The collector's host, port 14268, where `endpoint` is not given. */
  readonly host?: string;
  readonly port?: number;
  readonly username?: string;
  readonly password?: string;
}

/**
 * Sends spans to a Jaeger collector as Thrift over HTTP, shared spans split. Works in any OpenTelemetry 2.x set-up.
 * Throws `TypeError` for a URL or protocol that it cannot speak; `export` never throws.
 */
export class JaegerExporter extends DeliveringExporter {
  constructor(config: JaegerExporterConfig = {}) {
    const { protocol = "http/thrift.binary", host = "localhost", port = 14268 } = config;
    if (protocol !== "http/thrift.binary")
      throw new TypeError(`protocol ${protocol}: only http/thrift.binary is supported`);
    const url = new URL(config.endpoint ?? `http://${host}:${port}/api/traces`);
    // What @opentelemetry/exporter-jaeger does as well: a collector's address alone means its path for Thrift.
    if (url.pathname === "/") url.pathname = "/api/traces";
    if (!url.searchParams.has("format")) url.searchParams.set("format", "jaeger.thrift");
    const backend = {
      url: url.href,
      contentType: "application/x-thrift",
      remedy: (status: number) => (status === 404 ? "Jaeger's path is /api/traces on port 14268" : undefined),
    };
    super(new HttpTransport({ ...config, headers: headersOf(config) }, backend, encodeBatch));
  }
}

/** The headers, with basic authentication (RFC 7617) where a user is named. */
function headersOf({ headers, username, password = "" }: JaegerExporterConfig): Record<string, string> {
  if (username === undefined) return { ...headers };
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`, ...headers };
}
