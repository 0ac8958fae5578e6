/**
 * Zipkin's endpoints: which service made a span, and which was at the other end.
 */
import { networkInterfaces } from "node:os";
import { SpanKind } from "@opentelemetry/api";
import { nodeModules } from "../../node-modules.js";
import { nameText } from "../span/attribute-text.js";
import { flattened } from "../span/byte-text.js";
import { jsonString } from "./json-text.js";

/** An endpoint as Zipkin's JSON has it; an unknown member is absent. */
interface Endpoint {
  readonly serviceName?: string;
  readonly ipv4?: string;
  readonly ipv6?: string;
}

/**
 * Returns the endpoint of this process as JSON: the same for all its spans, and without a port.
 * Zipkin places the children of a shared span below the half that has their endpoint; a port on
 * some spans only, or no address, places them beside it.
 */
export function localEndpoint(serviceName: string, resource: Readonly<Record<string, unknown>>): string {
  const configured = resource["k8s.pod.ip"] ?? resource["host.ip"];
  const address = (Array.isArray(configured) ? configured[0] : configured) ?? ownAddress();
  return endpointJson({ ...(serviceName === "" ? {} : { serviceName }), ...addressOf(nameText(address)) });
}

/** The attributes that name the other end, by their place in a `PeerAttributes`. */
export const PEER_KEYS = [
  "peer.service",
  "server.address",
  "server.port",
  "client.address",
  "client.port",
  "network.peer.address",
  "network.peer.port",
  "net.peer.ip",
] as const;

/** The values of `PEER_KEYS`, by index. */
export type PeerAttributes = unknown[];

interface KnownPeer {
  readonly name: unknown;
  readonly address: unknown;
  /** The endpoint without its port and without the closing brace; empty if nothing is known. */
  readonly start: string;
}

/** Recent endpoints by name or address: a service talks to the same few others. */
const known = new Map<unknown, KnownPeer>();
const MAX_KNOWN = 1000;

/** Returns the other end as JSON, from the attributes that name it; empty if none does. */
export function remoteEndpoint(kind: SpanKind, peer: PeerAttributes): string {
  const [service, serverAddress, serverPort, clientAddress, clientPort, peerAddress, peerPort, peerIp] = peer;
  const isOutgoing = kind === SpanKind.CLIENT || kind === SpanKind.PRODUCER;
  const name = isOutgoing ? (service ?? serverAddress) : undefined;
  const address = peerAddress ?? peerIp ?? (isOutgoing ? serverAddress : clientAddress);
  const start = peerStart(name, address);
  if (start === "") return "";
  const port = portOf(peerPort ?? (isOutgoing ? serverPort : clientPort));
  return port === undefined ? `${start}}` : `${start},"port":${port}}`;
}

// Callers have a port of their own for each connection, so only the rest is worth keeping.
function peerStart(name: unknown, address: unknown): string {
  const key = name ?? address;
  if (typeof key !== "string") return "";
  const last = known.get(key);
  if (last !== undefined && last.name === name && last.address === address) return last.start;
  const endpoint: Endpoint = {
    ...(typeof name === "string" && name !== "" ? { serviceName: name } : {}),
    ...(typeof address === "string" ? addressOf(address) : {}),
  };
  const start = Object.keys(endpoint).length === 0 ? "" : flattened(endpointJson(endpoint).slice(0, -1));
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(key, { name, address, start });
  return start;
}

function portOf(value: unknown): number | undefined {
  const number = typeof value === "number" || typeof value === "string" ? Number(value) : 0;
  return Number.isInteger(number) && number > 0 && number <= 65_535 ? number : undefined;
}

function endpointJson(endpoint: Endpoint): string {
  const members = Object.entries(endpoint).map(([member, value]) => `"${member}":${jsonString(value)}`);
  return `{${members.join(",")}}`;
}

function addressOf(address: string): Endpoint {
  const bare = address.replace(/^\[|\]$/g, "").replace(/^::ffff:/i, "");
  const { isIPv4, isIPv6 } = nodeModules.net;
  if (isIPv4(bare)) return { ipv4: bare };
  return isIPv6(bare) && !bare.includes("%") ? { ipv6: bare } : {};
}

/**
 * Returns this machine's first address; empty if the system does not tell, as in some sandboxes.
 */
function ownAddress(): string {
  try {
    const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
    return all.find(({ internal, family }) => !internal && family === "IPv4")?.address ?? "127.0.0.1";
  } catch {
    return "";
  }
}
