/**
 * Bytes between two sockets, of any protocol.
 */

import type { AddressInfo } from "node:net";
import { createServer, connect as open } from "node:net";
import type { Duplex } from "node:stream";

export interface Relay {
  readonly port: number;
  /** Where bytes go on to; until it is called, connections are closed. */
  forwardTo(port: number): void;
  stop(): Promise<void>;
}

/** Passes bytes both ways; when one side is gone, the other one is closed. */
export function join(one: Duplex, other: Duplex): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.on("error", () => to.destroy());
    from.on("close", () => to.destroy());
    from.pipe(to);
  }
}

/** Listens on a free port of 127.0.0.1 in place of a recorder, where the protocol is not HTTP/1. */
export async function startRelay(): Promise<Relay> {
  let target: number | undefined;
  const sockets = new Set<Duplex>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    if (target === undefined) socket.destroy();
    else join(socket, open(target, "127.0.0.1"));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    forwardTo(port) {
      target = port;
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
