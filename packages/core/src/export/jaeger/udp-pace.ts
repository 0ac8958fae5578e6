/**
 * The pace of packets. UDP has no flow control: what the receiver's buffer cannot hold is lost, and
 * no one notices.
 *
 * Linux's default buffer (`net.core.rmem_default`, 212992 bytes) holds about 190 KB of packets of
 * any size over 8 KB. A burst leaves 140 KB of it: at 5 MB per second a receiver may stop reading
 * for 28 ms, for a garbage collection for example, before a packet is lost.
 */

/** Bytes that are sent in a millisecond. */
const BYTES_PER_MS = 5000;
/**
 * Milliseconds by which packets may be early. A busy event loop has few turns in which to send:
 * with one packet in each, a server with 200 connections could not send the spans that it makes.
 */
const BURST_MS = 10;

/** What the pace needs of time, in milliseconds. `sleep` may be early. */
export interface PaceClock {
  now(): number;
  sleep(ms: number): Promise<void>;
}

export class UdpPace {
  readonly #clock: PaceClock;
  /** When all packets so far have had their time. */
  #freeAt = Number.NEGATIVE_INFINITY;

  constructor(clock: PaceClock) {
    this.#clock = clock;
  }

  /**
   * Resolves when a packet of `bytes` may be sent, and counts it as sent.
   *
   * A timer alone is not enough: in a busy event loop Node starts it at the time when the loop's
   * turn began, so that it is early by as long as the turn took. Nor is one look at the clock:
   * others may wait for the same turn.
   */
  async take(bytes: number): Promise<void> {
    for (let ms = this.#left(); ms > BURST_MS; ms = this.#left()) await this.#clock.sleep(Math.ceil(ms - BURST_MS));
    this.#freeAt = Math.max(this.#freeAt, this.#clock.now()) + bytes / BYTES_PER_MS;
  }

  /** Resolves when all packets so far have had their time. */
  async free(): Promise<void> {
    for (let ms = this.#left(); ms > 0; ms = this.#left()) await this.#clock.sleep(Math.ceil(ms));
  }

  #left(): number {
    return this.#freeAt - this.#clock.now();
  }
}
