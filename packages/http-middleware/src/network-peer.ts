/**
 * The other end of a connection, as OpenTelemetry's general conventions define it.
 *
 * Spec: https://opentelemetry.io/docs/specs/semconv/general/attributes/#other-network-attributes
 */
import { type AttributeTarget, validPort } from "./http-conventions.js";

/** The members of a socket that are read. A Unix socket has neither. */
export interface PeerSocket {
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
}

/** What Node's handle of a connection tells. */
interface Handle {
  getpeername?(result: PeerName): number;
}
interface PeerName {
  address?: string;
  port?: number;
}

const UNKNOWN: PeerName = {};
const known = new WeakMap<object, PeerName>();

/**
 * Returns address and port of the other end, empty for a Unix socket and after the connection has
 * closed. Reading `remoteAddress` would leave the property `_peername` on the app's socket, so the
 * handle is asked, once for each connection.
 */
export function peerOf(socket: PeerSocket | null | undefined): PeerName {
  if (socket === null || typeof socket !== "object") return UNKNOWN;
  try {
    return known.get(socket) ?? readPeer(socket);
  } catch {
    // The socket of an HTTP/2 session throws after its end.
    return UNKNOWN;
  }
}

function readPeer(socket: PeerSocket): PeerName {
  const handle = (socket as { readonly _handle?: Handle | null })._handle;
  if (typeof handle?.getpeername === "function") {
    const peer: PeerName = {};
    if (handle.getpeername(peer) !== 0) return UNKNOWN;
    known.set(socket, peer);
    return peer;
  }
  // An imitation, or a connection that has closed, which tells what the app has read before.
  const { remoteAddress, remotePort } = socket;
  return {
    ...(remoteAddress === undefined ? undefined : { address: remoteAddress }),
    ...(remotePort === undefined ? undefined : { port: remotePort }),
  };
}

/** A dual-stack socket maps IPv4 addresses (RFC 4291, section 2.5.5.2). */
const MAPPED = "::ffff:";

/** Returns an address of a socket; an IPv4 address that is mapped to IPv6 without its prefix. */
export function peerAddress(address: string): string {
  return address.startsWith(MAPPED) && address.includes(".") ? address.slice(MAPPED.length) : address;
}

/** Writes `network.peer.address` and, where there is a valid one, `network.peer.port`. */
export function setPeer(target: AttributeTarget, address: string | undefined, port: number | undefined): void {
  if (typeof address !== "string" || address === "") return;
  target.setAttribute("network.peer.address", peerAddress(address));
  const valid = port === undefined ? undefined : validPort(port);
  if (valid !== undefined) target.setAttribute("network.peer.port", valid);
}

// The forms of RFC 7239, section 6: IPv6 is in brackets where a port follows.
const ADDRESS = /^(?:(\d{1,3}(?:\.\d{1,3}){3})(?::\d+)?|\[([\da-f:.]+)\](?::\d+)?|((?:[\da-f]*:){2,}[\da-f.]*))$/i;

/**
 * Returns the first address of `x-forwarded-for`, which is the client's, without its port;
 * `undefined` where the first value is no IP address.
 */
export function forwardedFor(header: string): string | undefined {
  const comma = header.indexOf(",");
  const [, ipv4, bracketed, ipv6] = ADDRESS.exec((comma < 0 ? header : header.slice(0, comma)).trim()) ?? [];
  const address = ipv4 ?? bracketed ?? ipv6;
  return address === undefined ? undefined : peerAddress(address);
}

// grpc-js joins the address and the port of a connection, IPv6 with or without brackets.
const PEER_TEXT = /^\[?(\d{1,3}(?:\.\d{1,3}){3}|[\da-f.]*:[\da-f:.]*)\]?:(\d+)$/i;

/**
 * Writes the peer of a gRPC call, as `getPeer()` returns it. Returns its address, or `undefined`
 * where the text is no address.
 */
export function setPeerText(target: AttributeTarget, peer: string | undefined): string | undefined {
  const [, address, port] = PEER_TEXT.exec(peer ?? "") ?? [];
  setPeer(target, address, Number(port));
  return address === undefined ? undefined : peerAddress(address);
}
