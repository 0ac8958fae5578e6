/**
 * Spans by what became of them. `ended = exported + failed + dropped + queued` holds at every
 * moment.
 */
export interface SpanReport {
  /** Recorded spans that began. */
  readonly started: number;
  /** Sampled spans that ended. */
  readonly ended: number;
  /** Spans that the backend has accepted. */
  readonly exported: number;
  /** Given to the backend's exporter, which did not deliver them. */
  readonly failed: number;
  /** Never given to it: the queue was full, or it was shut down. */
  readonly dropped: number;
  /** Waiting or in flight. */
  readonly queued: number;
}

/** The counts of one exporter. Each change is made at once, so that the sum is always right. */
export class DeliveryReport {
  /** Called before the counts are read. */
  beforeSnapshot: (() => void) | undefined;
  #started = 0;
  #ended = 0;
  #exported = 0;
  #failed = 0;
  #dropped = 0;
  #queued = 0;

  start(): void {
    this.#started += 1;
  }

  /** A span ended, and waits. */
  queue(): void {
    this.#ended += 1;
    this.#queued += 1;
  }

  /** A span that waited found no room, or could not be encoded. */
  refuse(): void {
    this.#queued -= 1;
    this.#dropped += 1;
  }

  /** A span ended, and was dropped at once. */
  drop(): void {
    this.#ended += 1;
    this.#dropped += 1;
  }

  /** Spans that waited were given to the exporter, and it has answered. */
  settle(exported: number, failed: number): void {
    this.#queued -= exported + failed;
    this.#exported += exported;
    this.#failed += failed;
  }

  snapshot(): SpanReport {
    this.beforeSnapshot?.();
    return {
      started: this.#started,
      ended: this.#ended,
      exported: this.#exported,
      failed: this.#failed,
      dropped: this.#dropped,
      queued: this.#queued,
    };
  }
}

/** The sum of all: with several exporters each span counts once for each. */
export function sumOfReports(reports: readonly SpanReport[]): SpanReport {
  const total = (name: keyof SpanReport): number => reports.reduce((so, one) => so + one[name], 0);
  return {
    started: total("started"),
    ended: total("ended"),
    exported: total("exported"),
    failed: total("failed"),
    dropped: total("dropped"),
    queued: total("queued"),
  };
}
