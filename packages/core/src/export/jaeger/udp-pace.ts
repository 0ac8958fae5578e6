/**
 * The pace of packets. UDP has no flow control: what the receiver's buffer cannot hold is lost, and
 * no one notices.
 *
 * Linux's default buffer (`net.core.rmem_default`, 212992 bytes) holds about 190 KB of packets of
 * any size over 8 KB. At 3 MB per second a receiver may stop reading for 60 ms, for a garbage
 * collection for example, before a packet is lost.
 */

/** Bytes that are sent in a millisecond. */
const BYTES_PER_MS = 3000;

/** What the pace needs of time, in milliseconds. `sleep` may be early. */
export interface PaceClock {
  now(): number;
  sleep(ms: number): Promise<void>;
}

export class UdpPace {
  readonly #clock: PaceClock;
  #readyAt = Number.NEGATIVE_INFINITY;

  constructor(clock: PaceClock) {
    this.#clock = clock;
  }

  /** Call when a packet of `bytes` was sent. */
  sent(bytes: number): void {
    this.#readyAt = this.#clock.now() + bytes / BYTES_PER_MS;
  }

  /**
   * Resolves when another packet may be sent. A timer alone is not enough: in a busy event loop
   * Node starts it at the time when the loop's turn began, so that it is early by as long as the
   * turn took.
   */
  async ready(): Promise<void> {
    for (let left = this.#left(); left > 0; left = this.#left()) await this.#clock.sleep(Math.ceil(left));
  }

  #left(): number {
    return this.#readyAt - this.#clock.now();
  }
}
