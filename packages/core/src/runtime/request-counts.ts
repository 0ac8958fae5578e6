/**
 * Requests by what became of them. "No spans" has other causes where no request came than where all
 * were unsampled.
 */

/**
 * Requests that server adapters received. `received = joined + continued + started +
 * unsampledByCaller + unsampledBySampler + forwarded` holds at each moment.
 */
export interface RequestReport {
  /** Requests that adapters have received. */
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
  /**
   * Not recorded, because they are probes or ignored, or tracing is off. Their headers are
   * forwarded.
   */
  readonly forwarded: number;
}

/** Adapters count each request once. Plain fields: this is on the path of every request. */
export class RequestCounts {
  /** SERVER spans that share the caller's span ID. */
  joined = 0;
  /** SERVER spans that are children of the caller's span. */
  continued = 0;
  /** SERVER spans that start a trace. */
  started = 0;
  /** Requests that the mesh or another caller has not sampled. */
  unsampledByCaller = 0;
  /** Requests that the own sampler has not sampled. */
  unsampledBySampler = 0;
  /** Requests whose headers were only forwarded. */
  forwarded = 0;

  /** Returns the counts up to now. */
  snapshot(): RequestReport {
    const { joined, continued, started, unsampledByCaller, unsampledBySampler, forwarded } = this;
    const received = joined + continued + started + unsampledByCaller + unsampledBySampler + forwarded;
    return {
      /** Requests that adapters have received. */ received,
      /** SERVER spans that share the caller's span ID. */ joined,
      /** SERVER spans that are children of the caller's span. */ continued,
      /** SERVER spans that start a trace. */ started,
      /** Requests that the mesh or another caller has not sampled. */ unsampledByCaller,
      /** Requests that the own sampler has not sampled. */ unsampledBySampler,
      /** Requests whose headers were only forwarded. */ forwarded,
    };
  }
}
