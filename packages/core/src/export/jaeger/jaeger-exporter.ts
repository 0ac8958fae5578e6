import { definedFields } from "../../config/defined-fields.js";
import { environmentNumber, environmentText } from "../../config/process-environment.js";
import type { JaegerProtocol } from "../../config/setting-names.js";
import { DeliveringExporter, type Transport } from "../http/delivering-exporter.js";
import { adviseOnEndpoint } from "../http/endpoint-advice.js";
import { type HttpExporterConfig, HttpTransport, withAuthorization } from "../http/http-transport.js";
import { binaryProtocol } from "./binary-protocol.js";
import { compactProtocol } from "./compact-protocol.js";
import { jaegerOverHttp } from "./http-backend.js";
import { JaegerEncoder } from "./jaeger-encoder.js";
import { UdpTransport } from "./udp-transport.js";

/** Options of `JaegerExporter`. An option that is `undefined` or empty counts as absent. */
export interface JaegerExporterConfig extends HttpExporterConfig {
  /** The collector's URL for Thrift over HTTP. @default `http://localhost:14268/api/traces` */
  readonly endpoint?: string | undefined;
  /**
   * @default `http/thrift.binary`; with `host` or `port` and no `endpoint`, `udp/thrift.compact`
   */
  readonly protocol?: JaegerProtocol | undefined;
  /** For UDP. @default `localhost` */
  readonly host?: string | undefined;
  /** For UDP. @default 6831 for compact, 6832 for binary; 6832 alone chooses binary */
  readonly port?: number | undefined;
  /** For basic authentication over HTTP. */
  readonly username?: string | undefined;
  /** Password for basic authentication. */
  readonly password?: string | undefined;
  /** Bytes of one UDP packet at most, 1000 to 65507, default 65000. */
  readonly maxPacketSize?: number | undefined;
  /** Name of the service. @default `service.name` of the spans' resource */
  readonly serviceName?: string | undefined;
}

/**
 * Sends spans to Jaeger as Thrift over HTTP or UDP, shared spans split. Works in a tracer provider
 * of OpenTelemetry's SDK 2.x and 3.x as well, and reads fields that are `undefined` or empty from
 * `OTEL_EXPORTER_JAEGER_*`. `export` never throws.
 *
 * @throws TypeError for a URL, protocol, port or packet size that it cannot use.
 * @example
 * const exporter = new JaegerExporter({ endpoint: "http://jaeger:14268/api/traces" });
 * new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
 */
export class JaegerExporter extends DeliveringExporter {
  constructor(config: JaegerExporterConfig = {}) {
    super(transportFor(definedFields(config), fromEnvironment()));
  }
}

function fromEnvironment(): JaegerExporterConfig {
  return definedFields({
    endpoint: environmentText("OTEL_EXPORTER_JAEGER_ENDPOINT"),
    protocol: environmentText("OTEL_EXPORTER_JAEGER_PROTOCOL"),
    host: environmentText("OTEL_EXPORTER_JAEGER_AGENT_HOST"),
    port: environmentNumber("OTEL_EXPORTER_JAEGER_AGENT_PORT"),
    username: environmentText("OTEL_EXPORTER_JAEGER_USER"),
    password: environmentText("OTEL_EXPORTER_JAEGER_PASSWORD"),
    timeoutMs: environmentNumber("OTEL_EXPORTER_JAEGER_TIMEOUT"),
  }) as JaegerExporterConfig;
}

const UDP = {
  "udp/thrift.compact": { defaultPort: 6831, protocol: compactProtocol },
  "udp/thrift.binary": { defaultPort: 6832, protocol: binaryProtocol },
};

function transportFor(own: JaegerExporterConfig, environment: JaegerExporterConfig): Transport {
  const config = { ...environment, ...own };
  const { serviceName } = config;
  const name = protocolFor(own, environment);
  if (name === "http/thrift.binary") {
    const backend = jaegerOverHttp(config.endpoint ?? "http://localhost:14268/api/traces", serviceName);
    adviseOnEndpoint("jaeger", backend.url);
    return new HttpTransport({ ...config, headers: headersOf(config) }, backend);
  }
  if (!Object.hasOwn(UDP, name)) {
    throw new TypeError(`protocol ${name}: one of http/thrift.binary, ${Object.keys(UDP).join(", ")}`);
  }
  const { defaultPort, protocol } = UDP[name];
  const { host = "localhost", port = defaultPort, maxPacketSize = 65_000 } = config;
  checkRange("port", port, 1, 65_535);
  checkRange("maxPacketSize", maxPacketSize, 1000, 65_507);
  const encoder = new JaegerEncoder({ protocol, call: true, serviceName });
  return new UdpTransport({ host, port, encoder, maxPacketSize });
}

/**
 * Fields of the configuration take precedence over the environment, also where they only imply a
 * protocol.
 */
function protocolFor(own: JaegerExporterConfig, environment: JaegerExporterConfig): JaegerProtocol {
  if (own.protocol !== undefined) return own.protocol;
  const implied = impliedProtocol(own);
  // The configuration says that it is UDP; the environment may say which of the two.
  if (implied?.startsWith("udp/") && environment.protocol?.startsWith("udp/")) return environment.protocol;
  return implied ?? environment.protocol ?? impliedProtocol(environment) ?? "http/thrift.binary";
}

/**
 * A host or a port without a URL means an agent, as in earlier clients; they sent binary to 6832.
 */
function impliedProtocol({ endpoint, host, port }: JaegerExporterConfig): JaegerProtocol | undefined {
  if (endpoint !== undefined) return "http/thrift.binary";
  if (host === undefined && port === undefined) return undefined;
  return port === UDP["udp/thrift.binary"].defaultPort ? "udp/thrift.binary" : "udp/thrift.compact";
}

function checkRange(name: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new TypeError(`${name} ${value}: a whole number from ${min} to ${max}`);
}

/** Returns the headers, with basic authentication (RFC 7617) if there is a user. */
function headersOf({ headers, username, password = "" }: JaegerExporterConfig): HttpExporterConfig["headers"] {
  if (username === undefined) return headers;
  return withAuthorization(`Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`, headers);
}
