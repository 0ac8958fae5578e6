/**
 * Messages by what became of them.
 */

/** Counts of messages that were produced and consumed. */
export interface MessageReport {
  /** Messages that were given headers. */
  readonly produced: number;
  /** Messages that a handler received. Each message of a batch counts. */
  readonly consumed: number;
  /** Sends and handlers that threw or whose promise was rejected. */
  readonly failed: number;
  /** Recorded sends and handlers that have not ended. A number that grows: some never end. */
  readonly open: number;
  /** Headers left out, because SQS and SNS take ten attributes. */
  readonly headersOmitted: number;
  /** Messages that went out as they were, because no headers can be written on them. */
  readonly unwritable: number;
  /** Messages whose headers could not be read. Their handlers ran without a caller. */
  readonly unreadable: number;
}

export class MessageCounts {
  produced = 0;
  consumed = 0;
  failed = 0;
  open = 0;
  headersOmitted = 0;
  unwritable = 0;
  unreadable = 0;

  snapshot(): MessageReport {
    const { produced, consumed, failed, open, headersOmitted, unwritable, unreadable } = this;
    return { produced, consumed, failed, open, headersOmitted, unwritable, unreadable };
  }
}
