import { types } from "node:util";

/**
 * Whether undici's request sends a stream of the caller. fetch makes a generator of every body,
 * also of a text.
 */
export function isStream(body: unknown): boolean {
  if (typeof body !== "object" || body === null) return false;
  if (ArrayBuffer.isView(body) || types.isAnyArrayBuffer(body)) return false;
  return (body as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag] !== "AsyncGenerator";
}
