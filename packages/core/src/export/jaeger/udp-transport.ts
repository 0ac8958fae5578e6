/**
 * Jaeger over UDP: each packet is a one-way call of the agent's `emitBatch`, port 6831 compact,
 * 6832 binary.
 */
import { nodeModules } from "../../node-modules.js";
import type { LastRequest } from "../exit/send-at-exit.js";
import type { Transport } from "../http/delivering-exporter.js";
import { errorMessage } from "../report/error-message.js";
import type { FailureCounts } from "../report/partial-failure.js";
import type { EncodedBatch } from "../span/encoded-batch.js";
import type { SpanEncoder } from "../span/span-encoder.js";
import { pack } from "./pack.js";
import { UdpSocket } from "./udp-socket.js";

/**
 * A lost packet costs fewer spans than one of the largest size. Below 8 KB, a receiver's buffer
 * holds fewer bytes.
 */
const USUAL_PACKET_BYTES = 16_000;

export interface UdpTransportOptions {
  readonly host: string;
  readonly port: number;
  readonly encoder: SpanEncoder;
  /** Bytes of one packet at most. */
  readonly maxPacketSize: number;
}

export class UdpTransport implements Transport {
  /** The pace is that of the socket. A batch alone needs several turns of a busy event loop. */
  readonly concurrency = 4;
  readonly encoder: SpanEncoder;
  readonly #options: UdpTransportOptions;
  #address: string | undefined;
  #socket: Promise<UdpSocket> | undefined;

  constructor(options: UdpTransportOptions) {
    this.#options = options;
    this.encoder = options.encoder;
  }

  /** Resolves when the network took every packet. UDP does not report whether they arrive. */
  async send(batches: readonly EncodedBatch[], failures: FailureCounts): Promise<void> {
    for (const batch of batches) await this.#sendBatch(batch, failures);
  }

  /** Spans that are larger than a packet are not in it. */
  lastRequest(batch: EncodedBatch): LastRequest {
    const { host, port } = this.#options;
    // A message is valid until the next one is made.
    const packets = this.#packsOf(batch).packs.map(({ first, spans }) => Buffer.from(batch.message(first, spans)));
    return { host, port, packets };
  }

  /** Nothing is retried. */
  stop(): void {}

  abort(): void {
    void this.#socket?.then((socket) => socket.close()).catch(() => {});
    this.#socket = undefined;
  }

  async #sendBatch(batch: EncodedBatch, failures: FailureCounts): Promise<void> {
    const { host, port, maxPacketSize } = this.#options;
    const { packs, oversized } = this.#packsOf(batch);
    failures.add(oversized, `a span is larger than a packet (maxPacketSize ${maxPacketSize}); HTTP takes it`);
    let sent = 0;
    let error: unknown;
    try {
      const socket = await this.#socketTo(host, port);
      const earlier = socket.refusals;
      const sends: Promise<void>[] = [];
      for (const { first, spans } of packs) {
        const packet = batch.message(first, spans);
        await socket.ready(packet.length);
        sends.push(
          socket.send(packet).then(
            () => {
              sent += spans;
            },
            (reason: unknown) => {
              error ??= reason;
            },
          ),
        );
      }
      await Promise.all(sends);
      await socket.settled();
      if (socket.refusals > earlier) {
        sent = 0;
        error = socket.lastRefusal;
      }
    } catch (reason) {
      error = reason;
    }
    if (error === undefined) return;
    const code = (error as NodeJS.ErrnoException).code ?? errorMessage(error);
    failures.add(batch.length - oversized - sent, `udp ${host}:${port}: ${code}${ADVICE[code] ?? ""}`);
  }

  #packsOf(batch: EncodedBatch): ReturnType<typeof pack> {
    const { encoder, maxPacketSize } = this.#options;
    const framing = batch.head(batch.length).length + encoder.tail.length;
    return pack(batch.ends, maxPacketSize - framing, USUAL_PACKET_BYTES - framing);
  }

  /** Looks the host up for each batch: a pod that moved has another address. */
  async #socketTo(host: string, port: number): Promise<UdpSocket> {
    const { address, family } = await nodeModules.dnsPromises.lookup(host);
    if (this.#socket === undefined || this.#address !== address) {
      this.abort();
      this.#address = address;
      this.#socket = UdpSocket.open(address, family === 6 ? "udp6" : "udp4", port);
    }
    const opening = this.#socket;
    try {
      return await opening;
    } catch (error) {
      if (this.#socket === opening) this.#socket = undefined;
      throw error;
    }
  }
}

const ADVICE: Readonly<Record<string, string>> = {
  ECONNREFUSED: ": nothing listens there; compact is port 6831, binary 6832",
  ENOTFOUND: ": the name does not resolve; is the host right, and DNS up?",
  EAI_AGAIN: ": the name does not resolve; is the host right, and DNS up?",
  EMSGSIZE: ": the network takes no packet of this size; lower maxPacketSize",
};
