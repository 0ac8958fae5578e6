/**
 * The answer to an upgrade or CONNECT, which libraries write onto the socket as text.
 *
 * status-line = HTTP-version SP status-code SP [ reason-phrase ]; RFC 9112, section 4.
 */
import { copySignature } from "../copy-signature.js";

/** The head of the answer. A protocol of its own may begin without one: then there is no status. */
export interface Handshake {
  readonly status: number | undefined;
  readonly head: string;
}

const STATUS_LINE = /^HTTP\/\d\.\d (\d{3})/;
const SWITCHING_PROTOCOLS = 101;
const MAX_HEAD_BYTES = 8192;

/**
 * Calls `seen` with the first bytes that are written to `socket`, interim responses excepted. Until
 * then `socket` has a `write` and an `end` of its own. Returns false if `socket` has no such
 * methods.
 */
export function watchHandshake(socket: object, seen: (handshake: Handshake) => void): boolean {
  const restores: (() => void)[] = [];
  const watch = (chunk: unknown): void => {
    const handshake = readHandshake(chunk);
    if (handshake === undefined) return;
    for (const restore of restores) restore();
    seen(handshake);
  };
  for (const name of ["write", "end"] as const) {
    const original = (socket as Record<string, unknown>)[name];
    if (typeof original !== "function" || !Object.isExtensible(socket)) return false;
    restores.push(replace(socket, name, original as Method, watch));
  }
  return true;
}

type Method = (this: unknown, ...args: unknown[]) => unknown;

/** Returns a function that takes the replacement back, unless the app has replaced it in turn. */
function replace(socket: object, name: string, original: Method, watch: (chunk: unknown) => void): () => void {
  const before = Object.getOwnPropertyDescriptor(socket, name);
  const method: Method = function (...args) {
    watch(args[0]);
    return original.apply(this, args);
  };
  const value = copySignature(method, original);
  Object.defineProperty(socket, name, { value, writable: true, configurable: true, enumerable: false });
  return () => {
    if (Object.getOwnPropertyDescriptor(socket, name)?.value !== value) return;
    if (before === undefined) delete (socket as Record<string, unknown>)[name];
    else Object.defineProperty(socket, name, before);
  };
}

function readHandshake(chunk: unknown): Handshake | undefined {
  const head = textOf(chunk);
  if (head === "") return undefined;
  const code = STATUS_LINE.exec(head)?.[1];
  const status = code === undefined ? undefined : Number(code);
  const interim = status !== undefined && status < 200 && status !== SWITCHING_PROTOCOLS;
  return interim ? undefined : { status, head };
}

function textOf(chunk: unknown): string {
  if (typeof chunk === "string") return chunk;
  if (!ArrayBuffer.isView(chunk)) return "";
  return Buffer.from(chunk.buffer, chunk.byteOffset, Math.min(chunk.byteLength, MAX_HEAD_BYTES)).toString("latin1");
}

/** Returns a header of the answer. */
export function headerOfHandshake({ head }: Pick<Handshake, "head">, name: string): string | undefined {
  for (const line of head.split("\r\n").slice(1)) {
    if (line === "") return undefined;
    const colon = line.indexOf(":");
    if (line.slice(0, colon).toLowerCase() === name.toLowerCase()) return line.slice(colon + 1).trim();
  }
  return undefined;
}
