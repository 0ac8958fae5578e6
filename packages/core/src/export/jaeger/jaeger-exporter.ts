import { getNumberFromEnv, getStringFromEnv } from "@opentelemetry/core";
import type { JaegerProtocol } from "../../config/options.js";
import { DeliveringExporter, type Transport } from "../http/delivering-exporter.js";
import { adviseOnEndpoint } from "../http/endpoint-advice.js";
import { type HttpExporterConfig, HttpTransport, withAuthorization } from "../http/http-transport.js";
import { BatchEncoder } from "./batch-encoder.js";
import { BinaryWriter } from "./binary-writer.js";
import { CompactWriter } from "./compact-writer.js";
import { jaegerOverHttp } from "./http-backend.js";
import { UdpTransport } from "./udp-transport.js";

export interface JaegerExporterConfig extends HttpExporterConfig {
  /** The collector's URL for Thrift over HTTP. Default `http://localhost:14268/api/traces`. */
  readonly endpoint?: string;
  /** Default `http/thrift.binary`; where `host` is given and no `endpoint`, `udp/thrift.compact`. */
  readonly protocol?: JaegerProtocol;
  /** For UDP. Default `localhost`. */
  readonly host?: string;
  /** For UDP. Default 6831 for compact, 6832 for binary; 6832 alone chooses binary. */
  readonly port?: number;
  /** For basic authentication over HTTP. */
  readonly username?: string;
  readonly password?: string;
  /** Bytes of one UDP packet at most, 1000 to 65507, default 65000. */
  readonly maxPacketSize?: number;
  /** Default: `service.name` of the spans' resource. */
  readonly serviceName?: string;
}

/**
 * Sends spans to Jaeger as Thrift over HTTP or UDP, shared spans split. Works in any OpenTelemetry 2.x set-up, and reads
 * what is not configured from `OTEL_EXPORTER_JAEGER_*`. Throws `TypeError` for a URL, protocol, port or packet size that it
 * cannot use; `export` never throws.
 */
export class JaegerExporter extends DeliveringExporter {
  constructor(config: JaegerExporterConfig = {}) {
    super(transportFor({ ...fromEnvironment(), ...config }));
  }
}

function fromEnvironment(): JaegerExporterConfig {
  const found = {
    endpoint: getStringFromEnv("OTEL_EXPORTER_JAEGER_ENDPOINT"),
    protocol: getStringFromEnv("OTEL_EXPORTER_JAEGER_PROTOCOL"),
    host: getStringFromEnv("OTEL_EXPORTER_JAEGER_AGENT_HOST"),
    port: getNumberFromEnv("OTEL_EXPORTER_JAEGER_AGENT_PORT"),
    username: getStringFromEnv("OTEL_EXPORTER_JAEGER_USER"),
    password: getStringFromEnv("OTEL_EXPORTER_JAEGER_PASSWORD"),
    timeoutMs: getNumberFromEnv("OTEL_EXPORTER_JAEGER_TIMEOUT"),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

const UDP = {
  "udp/thrift.compact": { port: 6831, writer: () => new CompactWriter() },
  "udp/thrift.binary": { port: 6832, writer: () => new BinaryWriter() },
};

function transportFor(config: JaegerExporterConfig): Transport {
  const { serviceName, protocol = protocolFor(config) } = config;
  if (protocol === "http/thrift.binary") {
    const backend = jaegerOverHttp(config.endpoint ?? "http://localhost:14268/api/traces", serviceName);
    adviseOnEndpoint("jaeger", backend.url);
    return new HttpTransport({ ...config, headers: headersOf(config) }, backend);
  }
  if (!Object.hasOwn(UDP, protocol)) {
    throw new TypeError(`protocol ${protocol}: one of http/thrift.binary, ${Object.keys(UDP).join(", ")}`);
  }
  const { port: standard, writer } = UDP[protocol];
  const { host = "localhost", port = standard, maxPacketSize = 65_000 } = config;
  checkRange("port", port, 1, 65_535);
  checkRange("maxPacketSize", maxPacketSize, 1000, 65_507);
  const encoder = new BatchEncoder({ writer: writer(), call: true, serviceName, largest: maxPacketSize });
  return new UdpTransport({ host, port, encoder, maxPacketSize });
}

/** A host without a URL means an agent, as it did for the clients before; they sent binary to 6832. */
function protocolFor({ endpoint, host, port }: JaegerExporterConfig): JaegerProtocol {
  if (endpoint !== undefined || host === undefined) return "http/thrift.binary";
  return port === UDP["udp/thrift.binary"].port ? "udp/thrift.binary" : "udp/thrift.compact";
}

function checkRange(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new TypeError(`${name} ${value}: a whole number from ${least} to ${most}`);
}

/** The headers, with basic authentication (RFC 7617) where a user is named. */
function headersOf({ headers, username, password = "" }: JaegerExporterConfig): HttpExporterConfig["headers"] {
  if (username === undefined) return headers;
  return withAuthorization(`Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`, headers);
}
