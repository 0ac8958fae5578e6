/**
 * Who a span was made by, and who was at the other end, as Zipkin says it.
 */
import { isIPv4, isIPv6 } from "node:net";
import { networkInterfaces } from "node:os";
import { type Attributes, SpanKind } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";

/** As Zipkin's JSON has it; what is not known is absent. */
export interface Endpoint {
  readonly serviceName?: string | undefined;
  readonly ipv4?: string | undefined;
  readonly ipv6?: string | undefined;
  readonly port?: number | undefined;
}

/**
 * This process: the same for all its spans, and without a port. Zipkin hangs the children of a shared span under the
 * half whose endpoint is theirs; a port on some spans alone, or no address at all, hangs them beside it.
 */
export function localEndpoint(serviceName: string, resource: Attributes): Endpoint {
  const given = resource["k8s.pod.ip"] ?? resource["host.ip"];
  const address = (Array.isArray(given) ? given[0] : given) ?? ownAddress();
  return { ...(serviceName === "" ? {} : { serviceName }), ...asAddress(String(address)) };
}

/** What was read last, by name or address: a service talks to the same few others. */
const known = new Map<unknown, { name: unknown; address: unknown; port: unknown; endpoint: Endpoint | undefined }>();
const MOST_KNOWN = 1000;

/** The other end, from the attributes that name it; `undefined` when none does. */
export function remoteEndpoint({ kind, attributes }: ReadableSpan): Endpoint | undefined {
  const outgoing = kind === SpanKind.CLIENT || kind === SpanKind.PRODUCER;
  const [host, hostPort] = outgoing ? SERVER : CLIENT;
  const name = outgoing ? (attributes["peer.service"] ?? attributes["server.address"]) : undefined;
  const address = attributes["network.peer.address"] ?? attributes["net.peer.ip"] ?? attributes[host];
  const port = attributes["network.peer.port"] ?? attributes[hostPort];
  const key = name ?? address;
  if (key === undefined) return undefined;
  const last = known.get(key);
  if (last !== undefined && last.name === name && last.address === address && last.port === port) return last.endpoint;
  const endpoint = other(name, address, Number(port));
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(key, { name, address, port, endpoint });
  return endpoint;
}

const SERVER = ["server.address", "server.port"] as const;
const CLIENT = ["client.address", "client.port"] as const;

function other(name: unknown, address: unknown, port: number): Endpoint | undefined {
  const endpoint: Endpoint = {
    ...(typeof name === "string" && name !== "" ? { serviceName: name } : {}),
    ...(typeof address === "string" ? asAddress(address) : {}),
  };
  if (Object.keys(endpoint).length === 0) return undefined;
  const valid = Number.isInteger(port) && port > 0 && port <= 65_535;
  return valid ? { ...endpoint, port } : endpoint;
}

function asAddress(address: string): Endpoint {
  const bare = address.replace(/^\[|\]$/g, "").replace(/^::ffff:/i, "");
  if (isIPv4(bare)) return { ipv4: bare };
  return isIPv6(bare) && !bare.includes("%") ? { ipv6: bare } : {};
}

function ownAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return all.find((one) => !one.internal && one.family === "IPv4")?.address ?? "127.0.0.1";
}
