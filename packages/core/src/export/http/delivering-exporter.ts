/**
 * What our own exporters have in common: OpenTelemetry's interface in front of one encoder and one
 * transport.
 */

import { NEW_BATCH } from "../../process-wide.js";
import type { ReadableSpan, Resource } from "../../tracer/readable-span.js";
import { clearTimeout, setTimeout } from "../clock.js";
import type { LastRequest } from "../exit/send-at-exit.js";
import type { Batch, EncodingExporter, ExportDone } from "../queue/batch.js";
import { errorMessage } from "../report/error-message.js";
import { FailureCounts } from "../report/partial-failure.js";
import { EncodedBatch } from "../span/encoded-batch.js";
import type { SpanEncoder } from "../span/span-encoder.js";

/** One way to a backend. */
export interface Transport {
  /** How many batches it accepts at once. */
  readonly concurrency: number;
  readonly encoder: SpanEncoder;
  /**
   * Sends batches one after the other. Resolves when it is known what arrived; adds the rest to
   * `failures`.
   */
  send(batches: readonly EncodedBatch[], failures: FailureCounts): Promise<void>;
  /**
   * Returns the request for a last attempt while the process exits; `undefined` if there can be
   * none.
   */
  lastRequest(batch: EncodedBatch): LastRequest | undefined;
  /** Ends retries. A request that is under way may finish. */
  stop(): void;
  /** Ends requests that are under way, and releases all connections. */
  abort(): void;
}

/** Milliseconds that a shutdown waits for an answer. */
const LAST_ANSWER_MS = 2000;

/** `export` never throws; after `shutdown` it refuses. */
export class DeliveringExporter implements EncodingExporter {
  /** How many exports may be under way at once. */
  readonly concurrentExports: number;
  readonly #transport: Transport;
  readonly #pending = new Set<Promise<void>>();
  #expectedBytes = 0;
  #stopped = false;

  constructor(transport: Transport) {
    this.#transport = transport;
    this.concurrentExports = transport.concurrency;
  }

  /**
   * Encodes and sends spans that another SDK's processor queued. A span that cannot be encoded is
   * lost alone.
   */
  export(spans: ReadableSpan[], done: ExportDone): void {
    const failures = new FailureCounts();
    this.#send(this.#stopped ? [] : this.#encode(spans, failures), failures, done);
  }

  /** Returns a batch that encodes spans as they are added. */
  [NEW_BATCH](): Batch {
    return this.#newBatch();
  }

  /** Resolves when nothing is under way. Never rejects. */
  async forceFlush(): Promise<void> {
    await Promise.all(this.#pending);
  }

  /** Waits up to 2 seconds for the answers to requests under way, and ends. Never rejects. */
  async shutdown(): Promise<void> {
    this.#stopped = true;
    this.#transport.stop();
    const timer = setTimeout(() => this.#transport.abort(), LAST_ANSWER_MS).unref();
    await this.forceFlush();
    clearTimeout(timer);
    this.#transport.abort();
  }

  #newBatch(): EncodedBatch {
    return new EncodedBatch({
      encoder: this.#transport.encoder,
      lastRequest: (batch) => this.#transport.lastRequest(batch),
      expectedBytes: this.#expectedBytes,
      send: (batch, done, onFailedAttempt) => {
        // An eighth more than the last batch took: batches of one service are alike.
        this.#expectedBytes = batch.bytes + (batch.bytes >> 3);
        this.#send([batch], new FailureCounts(onFailedAttempt), done);
      },
    });
  }

  #encode(spans: readonly ReadableSpan[], failures: FailureCounts): EncodedBatch[] {
    const byResource = new Map<Resource | undefined, EncodedBatch>();
    for (const span of spans) {
      try {
        const resource = this.#transport.encoder.oneResource ? span.resource : undefined;
        const batch = byResource.get(resource) ?? this.#newBatch();
        batch.add(batch.itemOf(span));
        byResource.set(resource, batch);
      } catch (error) {
        failures.add(1, `a span could not be encoded: ${errorMessage(error)}`);
      }
    }
    return [...byResource.values()];
  }

  #send(batches: readonly EncodedBatch[], failures: FailureCounts, done: ExportDone): void {
    if (this.#stopped) {
      done({ code: 1, error: new Error("the exporter was shut down") });
      return;
    }
    const sending = this.#transport.send(batches, failures).then(
      () => {
        const error = failures.toError();
        done(error === undefined ? { code: 0 } : { code: 1, error });
      },
      (error: unknown) => done({ code: 1, error: new Error(errorMessage(error)) }),
    );
    const settled = sending.catch(() => {}).finally(() => this.#pending.delete(settled));
    this.#pending.add(settled);
  }
}
