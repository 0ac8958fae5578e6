/**
 * What the exporters of our own have in common: OpenTelemetry's interface in front of one way to send.
 */
import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace-node";

/** One way to a backend. */
export interface Transport {
  /** How many batches it takes at once. */
  readonly concurrency: number;
  /** Resolves when all spans were taken. Rejects otherwise, with a `PartialFailure` where some of them were. */
  send(spans: readonly ReadableSpan[]): Promise<void>;
  /** Ends retries; what is under way may finish. */
  stop(): void;
  /** Ends what is under way, and gives everything back. */
  abort(): void;
}

/** Some spans of a batch did not arrive, the others did. */
export class PartialFailure extends Error {
  /** The spans that did not arrive. */
  readonly failed: number;

  constructor(failed: number, reason: string) {
    super(reason);
    this.failed = failed;
  }
}

type Done = Parameters<SpanExporter["export"]>[1];

/** Milliseconds that a shutdown waits for an answer. */
const LAST_ANSWER_MS = 2000;

/** `export` never throws; after `shutdown` it refuses. */
export class DeliveringExporter implements SpanExporter {
  /** How many exports may be under way at once. */
  readonly concurrentExports: number;
  readonly #transport: Transport;
  readonly #pending = new Set<Promise<void>>();
  #stopped = false;

  constructor(transport: Transport) {
    this.#transport = transport;
    this.concurrentExports = transport.concurrency;
  }

  export(spans: ReadableSpan[], done: Done): void {
    if (this.#stopped) {
      done({ code: 1, error: new Error("the exporter was shut down") });
      return;
    }
    const sending = this.#send(spans).then(
      () => done({ code: 0 }),
      (error: unknown) => done({ code: 1, error: error instanceof Error ? error : new Error(String(error)) }),
    );
    const settled = sending.finally(() => this.#pending.delete(settled)).catch(() => {});
    this.#pending.add(settled);
  }

  /** Resolves when nothing is under way. Never rejects. */
  async forceFlush(): Promise<void> {
    await Promise.all(this.#pending);
  }

  /** Gives what is under way 2 seconds to be answered, and ends. Never rejects. */
  async shutdown(): Promise<void> {
    this.#stopped = true;
    this.#transport.stop();
    const timer = setTimeout(() => this.#transport.abort(), LAST_ANSWER_MS).unref();
    await this.forceFlush();
    clearTimeout(timer);
    this.#transport.abort();
  }

  async #send(spans: readonly ReadableSpan[]): Promise<void> {
    if (spans.length > 0) await this.#transport.send(spans);
  }
}
