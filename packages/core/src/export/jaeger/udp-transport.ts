/**
 * Jaeger over UDP: each packet is a one-way call of the agent's `emitBatch`, port 6831 compact, 6832 binary.
 */
import { lookup } from "node:dns/promises";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";
import { PartialFailure, type Transport } from "../http/delivering-exporter.js";
import { byResource } from "../http/resource-groups.js";
import type { BatchEncoder } from "./batch-encoder.js";
import { UdpSocket } from "./udp-socket.js";

export interface UdpTransportOptions {
  readonly host: string;
  readonly port: number;
  readonly encoder: BatchEncoder;
  /** Bytes of one packet, for messages. */
  readonly maxPacketSize: number;
}

export class UdpTransport implements Transport {
  /** Nobody tells that it is too much, so no batch hurries another. */
  readonly concurrency = 1;
  readonly #options: UdpTransportOptions;
  #socket: UdpSocket | undefined;

  constructor(options: UdpTransportOptions) {
    this.#options = options;
  }

  /** Resolves when the network took every packet; whether they arrive, UDP does not tell. */
  async send(spans: readonly ReadableSpan[]): Promise<void> {
    const { host, port, encoder, maxPacketSize } = this.#options;
    let failed = 0;
    let reason = "";
    const fail = (count: number, why: string): void => {
      failed += count;
      if (count > 0) reason = why;
    };
    for (const group of byResource(spans)) {
      const { batches, oversized, unreadable } = encoder.encode(group);
      fail(oversized, `a span is larger than a packet (maxPacketSize ${maxPacketSize}); HTTP takes it`);
      fail(unreadable, "a span could not be read: one of its getters threw");
      let taken = 0;
      try {
        const socket = await this.#socketTo(host, port);
        for (const batch of batches) {
          await socket.send(batch.body);
          taken += batch.spans;
        }
        await socket.settled();
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
        const waiting = group.length - oversized - unreadable - taken;
        // Refused: what was sent before was refused as well, the error comes with the packet after it.
        fail(code === "ECONNREFUSED" ? waiting + taken : waiting, `udp ${host}:${port}: ${code}${ADVICE[code] ?? ""}`);
      }
    }
    if (failed > 0) throw new PartialFailure(failed, reason);
  }

  /** Nothing is tried again. */
  stop(): void {}

  abort(): void {
    this.#socket?.close();
    this.#socket = undefined;
  }

  /** The host is asked for again for each batch: a pod that moved has another address. */
  async #socketTo(host: string, port: number): Promise<UdpSocket> {
    const { address, family } = await lookup(host);
    if (this.#socket?.address !== address) {
      this.abort();
      this.#socket = await UdpSocket.open(address, family === 6 ? "udp6" : "udp4", port);
    }
    return this.#socket as UdpSocket;
  }
}

const ADVICE: Readonly<Record<string, string>> = {
  ECONNREFUSED: ": nothing listens there; compact is port 6831, binary 6832",
  ENOTFOUND: ": the name does not resolve; is the host right, and DNS up?",
  EAI_AGAIN: ": the name does not resolve; is the host right, and DNS up?",
  EMSGSIZE: ": the network takes no packet of this size; lower maxPacketSize",
};
