/**
 * Spans by HTTP: encoded, delivered, and divided where a backend refuses a batch for its size or for one bad span.
 */
import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";
import { PartialFailure, type Transport } from "./delivering-exporter.js";
import { Refusal } from "./delivery-failure.js";
import { type DeliveryOptions, type Headers, HttpDelivery, MOST_CONNECTIONS } from "./http-delivery.js";
import { byResource } from "./resource-groups.js";

/** What the HTTP exporters take alike. */
export interface HttpExporterConfig
  extends Pick<
    DeliveryOptions,
    "headers" | "timeoutMs" | "deadlineMs" | "compression" | "tls" | "agent" | "keepsProcess"
  > {
  /** Sent as `Authorization: Bearer`. */
  readonly bearerToken?: string | undefined;
}

export interface EncodedSpans {
  readonly body: Buffer;
  /** Spans that could not be read, and are not in it. */
  readonly unreadable: number;
}

export type Encode = (spans: readonly ReadableSpan[]) => EncodedSpans;

export interface HttpBackend extends Pick<DeliveryOptions, "url" | "contentType" | "remedy"> {
  readonly encode: Encode;
  /** Whether spans of different resources must go in different requests. */
  readonly oneResource: boolean;
}

interface Part {
  readonly spans: readonly ReadableSpan[];
  /** Whether it is one half of what was too large. */
  readonly halved: boolean;
}

/** What becomes of one batch, as it is sent in parts. */
interface Progress {
  readonly waiting: Part[];
  taken: boolean;
  /** Single spans that were refused. */
  condemned: number;
  failed: number;
  reason: string;
}

/** Bytes that every collector takes: refusals of less say nothing of the size. */
const SMALLEST = 65_536;

export class HttpTransport implements Transport {
  /** A busy process hears of each answer late. As many connections are open at most. */
  readonly concurrency = MOST_CONNECTIONS;
  readonly #delivery: HttpDelivery;
  readonly #backend: HttpBackend;
  /** Bytes that were not too many. Learned from each 413, so that no batch after it is as large. */
  #largest = Number.POSITIVE_INFINITY;
  /** Whether the last batch was refused to the single span: then it is not the spans. */
  #hopeless = false;

  /** Throws `TypeError` for a URL that is not http or https. */
  constructor({ bearerToken, ...config }: HttpExporterConfig, backend: HttpBackend) {
    const { url, contentType, remedy } = backend;
    const headers =
      bearerToken === undefined ? config.headers : withAuthorization(`Bearer ${bearerToken}`, config.headers);
    this.#delivery = new HttpDelivery({ ...config, headers, url, contentType, remedy });
    this.#backend = backend;
  }

  async send(spans: readonly ReadableSpan[]): Promise<void> {
    const parts = this.#backend.oneResource ? byResource(spans) : [spans];
    const waiting: Part[] = parts.map((part) => ({ spans: part, halved: false }));
    const progress: Progress = { waiting, taken: false, condemned: 0, failed: 0, reason: "" };
    for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
      await this.#sendPart(part, progress);
    }
    this.#hopeless = !progress.taken && progress.condemned > 1;
    if (progress.failed > 0) throw new PartialFailure(progress.failed, progress.reason);
  }

  stop(): void {
    this.#delivery.stop();
  }

  abort(): void {
    this.#delivery.abort();
  }

  async #sendPart({ spans, halved }: Part, progress: Progress): Promise<void> {
    const { body, unreadable } = this.#backend.encode(spans);
    if (unreadable > 0) progress.reason = "a span could not be read: one of its getters threw";
    if (unreadable === spans.length) {
      progress.failed += unreadable;
      return;
    }
    if (!halved && spans.length > 1 && body.length > this.#largest) {
      divide(spans, halved, progress);
      return;
    }
    try {
      await this.#delivery.send(body);
      progress.taken = true;
      progress.failed += unreadable;
    } catch (error) {
      progress.reason = (error as Error).message;
      if (!(error instanceof Refusal)) {
        // Nobody there: the other parts would only wait as long.
        progress.failed += spans.length + sum(progress.waiting.splice(0).map((part) => part.spans.length));
      } else if (spans.length > 1 && this.#divides(error.status, halved, progress)) {
        if (error.status === 413) this.#largest = Math.max(Math.min(this.#largest, body.length / 2), SMALLEST);
        divide(spans, error.status === 413, progress);
      } else {
        progress.failed += spans.length;
        if (spans.length === 1) progress.condemned += 1;
      }
    }
  }

  /** 413: a half may fit, once. 400: one bad span condemns a whole batch, and halving finds it. */
  #divides(status: number, halved: boolean, { taken, condemned }: Progress): boolean {
    if (status === 413) return !halved;
    return status === 400 && !this.#hopeless && (taken || condemned < 2);
  }
}

/** The halves come next, so that the first single span is reached soon and tells whether it is the spans at all. */
function divide(spans: readonly ReadableSpan[], halved: boolean, { waiting }: Progress): void {
  const middle = spans.length >> 1;
  waiting.unshift({ spans: spans.slice(0, middle), halved }, { spans: spans.slice(middle), halved });
}

/** `headers` and credentials (RFC 9110, section 11.6.2), unless the headers have their own. */
export function withAuthorization(authorization: string, headers: HttpExporterConfig["headers"]): () => Headers {
  return () => ({ authorization, ...(typeof headers === "function" ? headers() : headers) });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
