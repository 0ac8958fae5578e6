/**
 * The border between a span and the processors of users: an error of one processor reaches neither
 * the caller of the API nor the other processors. It is logged once for each processor.
 */
import { type Context, diag } from "@opentelemetry/api";
import { errorLine } from "../text/error-line.js";
import type { ReadableSpan, RecordingSpan, SpanProcessor } from "./readable-span.js";

export class ProcessorList {
  readonly #processors: readonly SpanProcessor[];
  readonly #ending: readonly SpanProcessor[];
  readonly #failed = new Set<SpanProcessor>();

  constructor(processors: readonly SpanProcessor[]) {
    this.#processors = processors;
    this.#ending = processors.filter((processor) => typeof processor.onEnding === "function");
  }

  readonly onStart = (span: RecordingSpan, context: Context): void => {
    const processors = this.#processors;
    for (let index = 0; index < processors.length; index += 1) {
      const processor = processors[index] as SpanProcessor;
      try {
        processor.onStart(span, context);
      } catch (error) {
        this.#logOnce(processor, error);
      }
    }
  };

  readonly onEnding = (span: RecordingSpan): void => {
    const processors = this.#ending;
    for (let index = 0; index < processors.length; index += 1) {
      const processor = processors[index] as SpanProcessor;
      try {
        processor.onEnding?.(span);
      } catch (error) {
        this.#logOnce(processor, error);
      }
    }
  };

  readonly onEnd = (span: ReadableSpan): void => {
    const processors = this.#processors;
    for (let index = 0; index < processors.length; index += 1) {
      const processor = processors[index] as SpanProcessor;
      try {
        processor.onEnd(span);
      } catch (error) {
        this.#logOnce(processor, error);
      }
    }
  };

  /** Resolves when all processors have flushed. An error is logged, never thrown. */
  async forceFlush(): Promise<void> {
    await Promise.all(this.#processors.map((processor) => this.#settled(processor, () => processor.forceFlush())));
  }

  /** Resolves when all processors have shut down. An error is logged, never thrown. */
  async shutdown(): Promise<void> {
    await Promise.all(this.#processors.map((processor) => this.#settled(processor, () => processor.shutdown())));
  }

  async #settled(processor: SpanProcessor, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#logOnce(processor, error);
    }
  }

  #logOnce(processor: SpanProcessor, error: unknown): void {
    if (this.#failed.has(processor)) return;
    this.#failed.add(processor);
    diag.error(`meshtrace: a span processor failed (logged once): ${errorLine(error)}`);
  }
}
