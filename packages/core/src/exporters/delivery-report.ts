/** Spans by what became of them. `ended = exported + failed + dropped + queued` holds at every moment. */
export interface SpanReport {
  /** Recorded spans that began. */
  readonly started: number;
  /** Recorded spans that ended and were handed to the exporter. */
  readonly ended: number;
  readonly exported: number;
  /** Given to the backend's exporter, which did not deliver them. */
  readonly failed: number;
  /** Never given to it: the queue was full, or it was shut down. */
  readonly dropped: number;
  /** Waiting or in flight. */
  readonly queued: number;
}

/** The books of one exporter: no span leaves unseen. */
export class DeliveryReport {
  #started = 0;
  #ended = 0;
  #exported = 0;
  #failed = 0;
  #dropped = 0;

  start(): void {
    this.#started += 1;
  }
  end(): void {
    this.#ended += 1;
  }
  export(count: number): void {
    this.#exported += count;
  }
  fail(count: number): void {
    this.#failed += count;
  }
  drop(count: number): void {
    this.#dropped += count;
  }

  snapshot(): SpanReport {
    const queued = this.#ended - this.#exported - this.#failed - this.#dropped;
    return {
      started: this.#started,
      ended: this.#ended,
      exported: this.#exported,
      failed: this.#failed,
      dropped: this.#dropped,
      queued,
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
