import { copySignature } from "../copy-signature.js";

/** `emit` of a server, for events with any name. */
export type ServerEmit = (this: EmittingServer, event: string | symbol, ...args: unknown[]) => boolean;

/** The members of a server, or of the prototype of servers, that are used. */
export interface EmittingServer {
  emit: ServerEmit;
  listenerCount(event: string): number;
}

/**
 * Replaces the `emit` of a server or of a prototype. The new one has the same name and length, and
 * does not enumerate, as the inherited one does not show among the server's own properties.
 */
export function replaceEmit(server: EmittingServer, replacement: (emit: ServerEmit) => ServerEmit): void {
  const { emit } = server;
  const value = copySignature(replacement(emit), emit);
  Object.defineProperty(server, "emit", { value, writable: true, configurable: true, enumerable: false });
}
