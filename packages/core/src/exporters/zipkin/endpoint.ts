/**
 * Who a span was made by, and who was at the other end, as Zipkin says it.
 */
import { isIPv4, isIPv6 } from "node:net";
import { networkInterfaces } from "node:os";
import { type Attributes, SpanKind } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";

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
  const known = resource["k8s.pod.ip"] ?? resource["host.ip"];
  const address = (Array.isArray(known) ? known[0] : known) ?? ownAddress();
  return { serviceName, ...asAddress(String(address)) };
}

/** The other end, from the attributes that name it; `undefined` when none does. */
export function remoteEndpoint({ kind, attributes }: ReadableSpan): Endpoint | undefined {
  const outgoing = kind === SpanKind.CLIENT || kind === SpanKind.PRODUCER;
  const side = outgoing ? "server" : "client";
  const name = outgoing ? (attributes["peer.service"] ?? attributes["server.address"]) : undefined;
  const address = attributes["network.peer.address"] ?? attributes["net.peer.ip"] ?? attributes[`${side}.address`];
  const port = Number(attributes["network.peer.port"] ?? attributes[`${side}.port`]);
  const endpoint: Endpoint = {
    ...(typeof name === "string" && name !== "" ? { serviceName: name } : {}),
    ...(typeof address === "string" ? asAddress(address) : {}),
    ...(port > 0 && port <= 65_535 && Number.isInteger(port) ? { port } : {}),
  };
  return Object.keys(endpoint).some((member) => member !== "port") ? endpoint : undefined;
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
