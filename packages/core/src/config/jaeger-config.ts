/**
 * How spans go to Jaeger: Thrift over HTTP to a collector, or over UDP to an agent.
 */

import { EXPORT_SETTINGS } from "./export-settings.js";
import { type HttpConfig, readEndpoint, readHttp } from "./http-config.js";
import type { Found } from "./setting.js";
import type { JaegerProtocol } from "./setting-names.js";
import type { SettingReader } from "./setting-reader.js";

export interface JaegerHttpConfig extends HttpConfig {
  readonly protocol: "http/thrift.binary";
  readonly endpoint: string;
  readonly username?: string;
  readonly password?: string;
  readonly bearerToken?: string;
}

export interface JaegerUdpConfig {
  readonly protocol: "udp/thrift.compact" | "udp/thrift.binary";
  readonly host: string;
  readonly port: number;
  readonly maxPacketSize: number;
}

export type JaegerConfig = JaegerHttpConfig | JaegerUdpConfig;

const { jaeger, endpoint: generalEndpoint } = EXPORT_SETTINGS;
const IN_MESH = "http://jaeger-collector.istio-system:14268/api/traces";
const ON_LOCALHOST = "http://localhost:14268/api/traces";
const HTTP = "http/thrift.binary";
const PORTS = { "udp/thrift.compact": 6831, "udp/thrift.binary": 6832 };

/**
 * Reads Jaeger's settings. Only those of the transport in force are read, so that others cannot end
 * the start.
 */
export function jaegerConfig(reader: SettingReader, inKubernetes: boolean): JaegerConfig {
  const protocol = reader.show(jaeger.protocol, readProtocol(reader));
  if (protocol === HTTP) {
    return {
      protocol,
      endpoint: readEndpoint(reader, jaeger.endpoint, inKubernetes ? IN_MESH : undefined, ON_LOCALHOST),
      ...readHttp(reader, jaeger.timeoutMs),
      ...readCredentials(reader),
    };
  }
  return {
    protocol,
    host: reader.show(jaeger.host, reader.find(jaeger.host) ?? { value: "localhost", source: "default" }),
    port: reader.show(jaeger.port, reader.find(jaeger.port) ?? { value: PORTS[protocol], source: "default" }),
    maxPacketSize: reader.read(jaeger.maxPacketSize),
  };
}

/**
 * Whether a variable determined the transport, so that options for the other one are no mistake.
 */
export function isTransportFromVariable(reader: SettingReader): boolean {
  return byOptions(reader) === undefined && byVariables(reader) !== undefined;
}

/**
 * The protocol that was chosen. An endpoint chooses HTTP; a host or a port without an endpoint
 * chooses UDP, as it did in earlier clients: compact, and on port 6832 binary. Options decide
 * before variables do.
 */
function readProtocol(reader: SettingReader): Found<JaegerProtocol> {
  const chosen = byOptions(reader) ?? byVariables(reader);
  if (chosen === undefined) return { value: HTTP, source: "default" };
  if (chosen.by === "protocol") {
    return reader.find(jaeger.protocol) ?? { value: HTTP, source: "default" };
  }
  if (chosen.transport === "http") return { value: HTTP, source: chosen.by };
  // Options chose UDP: a variable may still choose its encoding.
  const variable = reader.variable(jaeger.protocol);
  if (variable !== undefined && variable.value !== HTTP) return variable;
  const isBinary = reader.find(jaeger.port)?.value === PORTS["udp/thrift.binary"];
  return { value: isBinary ? "udp/thrift.binary" : "udp/thrift.compact", source: chosen.by };
}

interface Choice {
  readonly transport: "http" | "udp" | undefined;
  readonly by: "protocol" | "endpoint" | "jaeger.endpoint" | "jaeger.host" | "jaeger.port";
}

function byOptions(reader: SettingReader): Choice | undefined {
  if (reader.hasOption(jaeger.protocol)) return { transport: undefined, by: "protocol" };
  if (reader.hasOption(jaeger.endpoint)) return { transport: "http", by: "jaeger.endpoint" };
  if (reader.hasOption(generalEndpoint)) return { transport: "http", by: "endpoint" };
  if (reader.hasOption(jaeger.host)) return { transport: "udp", by: "jaeger.host" };
  return reader.hasOption(jaeger.port) ? { transport: "udp", by: "jaeger.port" } : undefined;
}

function byVariables(reader: SettingReader): Choice | undefined {
  if (reader.hasVariable(jaeger.protocol)) return { transport: undefined, by: "protocol" };
  if (reader.hasVariable(jaeger.endpoint)) return { transport: "http", by: "jaeger.endpoint" };
  if (reader.hasVariable(jaeger.host)) return { transport: "udp", by: "jaeger.host" };
  return reader.hasVariable(jaeger.port) ? { transport: "udp", by: "jaeger.port" } : undefined;
}

/** A user for basic authentication, or a bearer token: one of them can be sent. */
function readCredentials(reader: SettingReader): Pick<JaegerHttpConfig, "username" | "password" | "bearerToken"> {
  const isBasic = reader.hasOption(jaeger.bearerToken)
    ? reader.hasOption(jaeger.username)
    : reader.hasOption(jaeger.username) || reader.hasVariable(jaeger.username);
  if (!isBasic) {
    const bearerToken = reader.read(jaeger.bearerToken);
    return bearerToken === undefined ? {} : { bearerToken };
  }
  const username = reader.read(jaeger.username) ?? "";
  const password = reader.read(jaeger.password);
  return password === undefined ? { username } : { username, password };
}
