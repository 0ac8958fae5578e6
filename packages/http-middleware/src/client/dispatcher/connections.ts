/**
 * The connection of each request, which undici reports right before it sends the headers. undici 6
 * does not for HTTP/2.
 *
 * https://undici.nodejs.org/#/docs/api/DiagnosticsChannel?id=undiciclientsendheaders
 */
import { subscribe } from "node:diagnostics_channel";
import { type PeerSocket, peerOf } from "../../network-peer.js";
import type { Call } from "../call.js";
import type { UndiciRequest } from "./dispatched-request.js";

interface Sent {
  readonly request: UndiciRequest;
  /** The head as it is sent by HTTP/1.1, and the fields, one a line, of HTTP/2. */
  readonly headers: string;
  readonly socket: PeerSocket;
}

interface Connected {
  readonly connectParams: { readonly protocol: string; readonly host: string };
  readonly socket: PeerSocket & { readonly alpnProtocol?: unknown; readonly destroyed: boolean };
}

/** Calls `listener` with the connection and the protocol's version of each request. */
export function onConnection(listener: (request: UndiciRequest, socket: PeerSocket, version: string) => void): void {
  keepHttp2Connections();
  subscribe("undici:client:sendHeaders", (message) => {
    const { request, headers, socket } = message as Sent;
    listener(request, socket, isRequestLine(headers, request.method) ? "1.1" : "2");
  });
}

/** No name of a field contains a space. */
function isRequestLine(headers: string, method: string): boolean {
  return headers.charCodeAt(method.length) === SPACE && headers.startsWith(method);
}

const SPACE = 32;
const MAX_ORIGINS = 256;

/** Connections of HTTP/2 by origin. */
let connections: Map<string, readonly WeakRef<Connected["socket"]>[]> | undefined;

function keepHttp2Connections(): void {
  if (connections !== undefined) return;
  const kept = new Map<string, readonly WeakRef<Connected["socket"]>[]>();
  connections = kept;
  subscribe("undici:client:connected", (message) => {
    const { connectParams, socket } = message as Connected;
    if (socket.alpnProtocol !== "h2") return;
    const origin = `${connectParams.protocol}//${connectParams.host}`;
    if (kept.size >= MAX_ORIGINS) kept.clear();
    kept.set(
      origin,
      [...openOf(kept.get(origin)), socket].map((open) => new WeakRef(open)),
    );
  });
}

function openOf(sockets: readonly WeakRef<Connected["socket"]>[] = []): Connected["socket"][] {
  return sockets.map((socket) => socket.deref()).filter((socket) => socket?.destroyed === false) as never;
}

/**
 * Names the connection of a call that is answered and whose connection was not reported, if all
 * connections of HTTP/2 to its origin have the same peer.
 */
export function connectHttp2(call: Call | undefined): void {
  const origin = call?.unconnected;
  const sockets = origin === undefined ? undefined : connections?.get(origin);
  if (call === undefined || sockets === undefined) return;
  const [first, ...others] = openOf(sockets);
  if (first === undefined) return;
  const { address, port } = peerOf(first);
  const isSame = (socket: PeerSocket): boolean => peerOf(socket).address === address && peerOf(socket).port === port;
  call.connect(others.every(isSame) ? first : undefined, "2");
}
