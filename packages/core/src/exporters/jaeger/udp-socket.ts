import { createSocket, type Socket, type SocketType } from "node:dgram";
import { setTimeout as delay } from "node:timers/promises";

/** Packets in a row before the receiver gets time to read: its buffer commonly holds 200 KiB. */
const PACKETS_IN_A_ROW = 2;

/**
 * A UDP socket to one address, which keeps no process alive. Connected, because only then the system tells when nothing
 * listens there.
 */
export class UdpSocket {
  readonly address: string;
  readonly #socket: Socket;
  #error: Error | undefined;
  #row = 0;

  private constructor(address: string, socket: Socket) {
    this.address = address;
    this.#socket = socket;
    socket.unref();
    socket.on("error", (error) => {
      this.#error = error;
    });
  }

  /** Rejects where there is no way to the address. */
  static open(address: string, type: SocketType, port: number): Promise<UdpSocket> {
    return new Promise((resolve, reject) => {
      const socket = createSocket(type);
      socket.once("error", reject);
      socket.connect(port, address, () => {
        socket.off("error", reject);
        resolve(new UdpSocket(address, socket));
      });
    });
  }

  /** Resolves when the system took the packet. Rejects with what it says of this one, or of the one before. */
  async send(packet: Buffer): Promise<void> {
    this.#row += 1;
    if (this.#row % PACKETS_IN_A_ROW === 0) await delay(1, undefined, { ref: false });
    await new Promise<void>((resolve, reject) => {
      this.#socket.send(packet, (error) => (error ? reject(error) : resolve()));
    });
    this.check();
  }

  /** Throws what the system has said since the last time. */
  check(): void {
    const error = this.#error;
    this.#error = undefined;
    if (error !== undefined) throw error;
  }

  close(): void {
    this.#socket.close();
  }
}
