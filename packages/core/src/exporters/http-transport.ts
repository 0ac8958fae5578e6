/**
 * Spans by HTTP: encoded, delivered, and divided where a backend refuses a batch for its size or for one bad span.
 */
import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";
import { PartialFailure, type Transport } from "./delivering-exporter.js";
import { type DeliveryOptions, HttpDelivery, Refusal } from "./http-delivery.js";

/** What the HTTP exporters take alike. */
export interface HttpExporterConfig
  extends Pick<DeliveryOptions, "headers" | "timeoutMs" | "compression" | "tls" | "keepsProcess"> {}

export type Encode = (spans: readonly ReadableSpan[]) => Buffer;

// A backend that refuses everything is not asked for each span of a batch: so many requests find one bad span of 512.
const MOST_REQUESTS = 24;

export class HttpTransport implements Transport {
  readonly #delivery: HttpDelivery;
  readonly #encode: Encode;

  /** Throws `TypeError` for a URL that is not http or https. */
  constructor(
    config: HttpExporterConfig,
    backend: Pick<DeliveryOptions, "url" | "contentType" | "remedy">,
    encode: Encode,
  ) {
    const { headers, timeoutMs, compression, tls, keepsProcess } = config;
    const given = Object.entries({ headers, timeoutMs, compression, tls, keepsProcess }).filter(
      ([, value]) => value !== undefined,
    );
    this.#delivery = new HttpDelivery({ ...backend, ...(Object.fromEntries(given) as HttpExporterConfig) });
    this.#encode = encode;
  }

  async send(spans: readonly ReadableSpan[]): Promise<void> {
    const waiting: (readonly ReadableSpan[])[] = [spans];
    let requests = 0;
    let failed = 0;
    let reason: unknown;
    for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
      try {
        requests += 1;
        await this.#delivery.send(this.#encode(part));
      } catch (error) {
        reason = error;
        if (!(error instanceof Refusal)) {
          // Nobody there: the other parts would only wait as long.
          failed += part.length + waiting.splice(0).reduce((sum, other) => sum + other.length, 0);
          continue;
        }
        const divides = part.length > 1 && requests < MOST_REQUESTS && isDivisible(error);
        if (!divides) failed += part.length;
        else waiting.push(part.slice(0, part.length >> 1), part.slice(part.length >> 1));
      }
    }
    if (failed === 0) return;
    throw failed === spans.length ? reason : new PartialFailure(failed, (reason as Error).message);
  }

  shutdown(): void {
    this.#delivery.shutdown();
  }
}

/** 413: half of it may fit. 400: one bad span condemns the whole batch, and the others can be saved. */
function isDivisible({ status }: Refusal): boolean {
  return status === 413 || status === 400;
}
