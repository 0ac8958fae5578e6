/**
 * Encoded spans over HTTP, divided where a backend refuses a batch for its size or for one bad
 * span.
 */
import type { LastRequest } from "../exit/send-at-exit.js";
import { errorMessage } from "../report/error-message.js";
import type { FailureCounts } from "../report/partial-failure.js";
import type { EncodedBatch } from "../span/encoded-batch.js";
import type { SpanEncoder } from "../span/span-encoder.js";
import type { Transport } from "./delivering-exporter.js";
import { Refusal } from "./delivery-failure.js";
import { type DeliveryOptions, type Headers, HttpDelivery, MAX_CONNECTIONS } from "./http-delivery.js";

/** What the HTTP exporters have in common. */
export interface HttpExporterConfig
  extends Pick<
    DeliveryOptions,
    "headers" | "timeoutMs" | "deadlineMs" | "compression" | "tls" | "agent" | "keepsProcess"
  > {
  /** Sent as `Authorization: Bearer`. */
  readonly bearerToken?: string | undefined;
}

export interface HttpBackend extends Pick<DeliveryOptions, "url" | "contentType" | "remedy"> {
  readonly encoder: SpanEncoder;
}

/** Neighbouring spans of a batch: the `count` spans from index `first`. */
interface Part {
  readonly batch: EncodedBatch;
  readonly first: number;
  readonly count: number;
  /** Whether it is one half of a part that was too large. */
  readonly halved: boolean;
}

/** How far a call of `send` is. */
interface Progress {
  readonly waiting: Part[];
  readonly failures: FailureCounts;
  accepted: boolean;
  /** Single spans that were refused. */
  refusedAlone: number;
}

/** Bytes that every collector accepts: a refusal of less says nothing of the size. */
const MIN_LIMIT = 65_536;

export class HttpTransport implements Transport {
  /** A busy process sees each answer late. As many connections are open at most. */
  readonly concurrency = MAX_CONNECTIONS;
  readonly encoder: SpanEncoder;
  readonly #delivery: HttpDelivery;
  /** Bytes that were not too many. Lowered by each 413, so that no later batch is as large. */
  #maxBytes = Number.POSITIVE_INFINITY;
  /** Whether the last batch was refused down to single spans: then the cause is not a span. */
  #refusesAll = false;

  /** Throws `TypeError` for a URL that is not http or https. */
  constructor({ bearerToken, ...config }: HttpExporterConfig, backend: HttpBackend) {
    const { url, contentType, remedy, encoder } = backend;
    const headers =
      bearerToken === undefined ? config.headers : withAuthorization(`Bearer ${bearerToken}`, config.headers);
    this.#delivery = new HttpDelivery({ ...config, headers, url, contentType, remedy });
    this.encoder = encoder;
  }

  async send(batches: readonly EncodedBatch[], failures: FailureCounts): Promise<void> {
    const waiting: Part[] = batches.map((batch) => ({ batch, first: 0, count: batch.length, halved: false }));
    const progress: Progress = { waiting, failures, accepted: false, refusedAlone: 0 };
    for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
      await this.#sendPart(part, progress);
    }
    this.#refusesAll = !progress.accepted && progress.refusedAlone > 1;
  }

  lastRequest(batch: EncodedBatch): LastRequest | undefined {
    return this.#delivery.lastRequest(batch.message(0, batch.length));
  }

  stop(): void {
    this.#delivery.stop();
  }

  abort(): void {
    this.#delivery.abort();
  }

  async #sendPart(part: Part, progress: Progress): Promise<void> {
    const { batch, first, count, halved } = part;
    const message = batch.message(first, count);
    if (!halved && count > 1 && message.length > this.#maxBytes) {
      divide(part, halved, progress);
      return;
    }
    try {
      await this.#delivery.send(message, progress.failures.onFailedAttempt);
      progress.accepted = true;
    } catch (error) {
      const reason = errorMessage(error);
      if (!(error instanceof Refusal)) {
        // The collector cannot be reached: the other parts would only wait as long.
        const others = progress.waiting.splice(0).reduce((sum, other) => sum + other.count, 0);
        progress.failures.add(count + others, reason);
      } else if (count > 1 && this.#divides(error.status, halved, progress)) {
        if (error.status === 413) this.#maxBytes = Math.max(Math.min(this.#maxBytes, message.length / 2), MIN_LIMIT);
        divide(part, error.status === 413, progress);
      } else {
        progress.failures.add(count, reason);
        if (count === 1) progress.refusedAlone += 1;
      }
    }
  }

  /**
   * 413: a half may fit, once. 400: the backend refuses a whole batch for one bad span, and halving
   * finds it.
   */
  #divides(status: number, halved: boolean, { accepted, refusedAlone }: Progress): boolean {
    if (status === 413) return !halved;
    return status === 400 && !this.#refusesAll && (accepted || refusedAlone < 2);
  }
}

/**
 * The halves come next, so that a single span is reached soon and shows whether the spans are the
 * cause at all.
 */
function divide({ batch, first, count }: Part, halved: boolean, { waiting }: Progress): void {
  const middle = count >> 1;
  waiting.unshift(
    { batch, first, count: middle, halved },
    { batch, first: first + middle, count: count - middle, halved },
  );
}

/**
 * Returns `headers` with credentials (RFC 9110, section 11.6.2), unless the headers have their own.
 */
export function withAuthorization(authorization: string, headers: HttpExporterConfig["headers"]): () => Headers {
  return () => ({ authorization, ...(typeof headers === "function" ? headers() : headers) });
}
