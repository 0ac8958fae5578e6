/**
 * Requests by what became of them. "No spans" has other causes where no request came than where all were unsampled.
 */

/**
 * Requests that server adapters received.
 * `received = joined + continued + started + unsampledByCaller + unsampledBySampler + forwarded` holds at each moment.
 */
export interface RequestReport {
  readonly received: number;
  /** Recorded in a span that shares the caller's span ID. */
  readonly joined: number;
  /** Recorded in a child of the caller's span. */
  readonly continued: number;
  /** Recorded in a new trace. */
  readonly started: number;
  /** Not recorded, because the caller or the mesh decided so. */
  readonly unsampledByCaller: number;
  /** Not recorded, because the local sampler decided so. */
  readonly unsampledBySampler: number;
  /** Not recorded, because they are probes or ignored, or tracing is off. Their headers are forwarded. */
  readonly forwarded: number;
}

/** Adapters count each request once. Plain fields: this is on the path of every request. */
export class RequestCounts {
  joined = 0;
  continued = 0;
  started = 0;
  unsampledByCaller = 0;
  unsampledBySampler = 0;
  forwarded = 0;

  /** Returns the counts up to now. */
  snapshot(): RequestReport {
    const { joined, continued, started, unsampledByCaller, unsampledBySampler, forwarded } = this;
    const received = joined + continued + started + unsampledByCaller + unsampledBySampler + forwarded;
    return { received, joined, continued, started, unsampledByCaller, unsampledBySampler, forwarded };
  }
}
