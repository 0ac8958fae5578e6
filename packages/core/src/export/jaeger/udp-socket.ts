import type { Socket, SocketType } from "node:dgram";
import { nodeModules } from "../../node-modules.js";
import { now, setTimeout } from "../clock.js";
import { UdpPace } from "./udp-pace.js";

const sleep = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms).unref());

/**
 * A UDP socket to one address, which keeps no process alive. Connected, because only then does the
 * system report that nothing listens there.
 */
export class UdpSocket {
  readonly address: string;
  readonly #socket: Socket;
  #error: Error | undefined;
  readonly #pace = new UdpPace({ now, sleep });

  private constructor(address: string, socket: Socket) {
    this.address = address;
    this.#socket = socket;
    socket.unref();
    socket.on("error", (error) => {
      this.#error = error;
    });
  }

  /** Rejects if there is no route to the address. */
  static open(address: string, type: SocketType, port: number): Promise<UdpSocket> {
    return new Promise((resolve, reject) => {
      const socket = nodeModules.dgram.createSocket(type);
      socket.once("error", reject);
      socket.connect(port, address, () => {
        socket.off("error", reject);
        resolve(new UdpSocket(address, socket));
      });
    });
  }

  /**
   * Resolves when the system took the packet. Rejects with an error of this packet, or of the one
   * before.
   */
  async send(packet: Buffer): Promise<void> {
    await this.#pace.ready();
    await new Promise<void>((resolve, reject) => {
      this.#socket.send(packet, (error) => (error ? reject(error) : resolve()));
    });
    this.#pace.sent(packet.length);
    this.#check();
  }

  /** Resolves when the system had time to refuse the last packet. Rejects if it did. */
  async settled(): Promise<void> {
    await this.#pace.ready();
    this.#check();
  }

  #check(): void {
    const error = this.#error;
    this.#error = undefined;
    if (error !== undefined) throw error;
  }

  close(): void {
    this.#socket.close();
  }
}
