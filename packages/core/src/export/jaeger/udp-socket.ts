import type { Socket, SocketType } from "node:dgram";
import { nodeModules } from "../../node-modules.js";
import { now, setImmediate, setTimeout } from "../clock.js";
import { UdpPace } from "./udp-pace.js";

const sleep = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms).unref());

/**
 * A UDP socket to one address, which keeps no process alive. Connected, because only then does the
 * system report that nothing listens there.
 */
export class UdpSocket {
  /**
   * Errors that the network reported after packets were sent, and the last of them. Which packets
   * are meant is not known.
   */
  refusals = 0;
  lastRefusal: unknown;
  readonly #socket: Socket;
  readonly #pace = new UdpPace({ now, sleep });

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.unref();
    socket.on("error", (error) => this.#refused(error));
  }

  /** Rejects if there is no route to the address. */
  static open(address: string, type: SocketType, port: number): Promise<UdpSocket> {
    return new Promise((resolve, reject) => {
      const socket = nodeModules.dgram.createSocket(type);
      socket.once("error", reject);
      socket.connect(port, address, () => {
        socket.off("error", reject);
        resolve(new UdpSocket(socket));
      });
    });
  }

  /** Resolves when a packet of `bytes` may be sent. The caller sends it in the same tick. */
  ready(bytes: number): Promise<void> {
    return this.#pace.take(bytes);
  }

  /** Resolves when the system took the packet, in the next turn of the event loop. */
  send(packet: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.send(packet, (error) => {
        if (error === null) resolve();
        else {
          // It is the answer to an earlier packet.
          if ((error as NodeJS.ErrnoException).code === "ECONNREFUSED") this.#refused(error);
          reject(error);
        }
      });
    });
  }

  /** Resolves when the network had time to refuse the last packet. */
  async settled(): Promise<void> {
    await this.#pace.free();
    // A refusal that the system has already is an event of the next turn.
    await new Promise((resolve) => void setImmediate(() => void setImmediate(resolve)));
  }

  #refused(error: unknown): void {
    this.refusals += 1;
    this.lastRefusal = error;
  }

  close(): void {
    this.#socket.close();
  }
}
