/**
 * Encoded spans, put together as what Jaeger takes.
 *
 *     over HTTP   Batch: 1 process, 2 spans
 *     over UDP    one-way call emitBatch: 1 Batch
 *
 * Spec: https://github.com/jaegertracing/jaeger-idl/blob/main/thrift/agent.thrift
 */
import type { Attributes } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";
import { pack } from "./pack.js";
import { encodeProcess, encodeSpan } from "./span-encoder.js";
import type { ThriftWriter } from "./thrift-writer.js";

export interface BatchEncoderOptions {
  readonly writer: ThriftWriter;
  /** Whether the batch is the argument of a call, as over UDP. */
  readonly call: boolean;
  /** Default: `service.name` of the spans' resource. */
  readonly serviceName?: string | undefined;
  /** Bytes of one message. Default: no limit. */
  readonly largest?: number;
}

/** A message, and how many of the spans are in it. */
export interface EncodedBatch {
  readonly body: Buffer;
  readonly spans: number;
}

export interface Encoding {
  readonly batches: readonly EncodedBatch[];
  /** Spans that are larger than a message may be. */
  readonly oversized: number;
  /** Spans that could not be read: a getter of theirs threw. */
  readonly unreadable: number;
}

const STOPS = Buffer.alloc(2);
const LONGEST_COUNT = 5;

export class BatchEncoder {
  readonly #writer: ThriftWriter;
  readonly #options: BatchEncoderOptions;

  constructor(options: BatchEncoderOptions) {
    this.#writer = options.writer;
    this.#options = options;
  }

  /** Spans of one resource as messages within the limit, each as full as it may be. Total. */
  encode(spans: readonly ReadableSpan[]): Encoding {
    const writer = this.#writer;
    const resource = spans[0]?.resource.attributes ?? {};
    const { ends, unreadable } = this.#encodeSpans(spans);
    const written = writer.length;
    const { largest = Number.POSITIVE_INFINITY } = this.#options;
    this.#openBatch(resource, 0);
    const room = largest - (writer.length - written) - LONGEST_COUNT - STOPS.length;
    const { packs, oversized } = pack(ends, room);
    const batches = packs.map(({ from, to, spans: count }) => {
      writer.truncate(written);
      this.#openBatch(resource, count);
      const stops = STOPS.subarray(0, this.#options.call ? 2 : 1);
      return { body: Buffer.concat([writer.view(written), writer.view(from, to), stops]), spans: count };
    });
    return { batches, oversized, unreadable };
  }

  /** Each span on its own, one behind the other. */
  #encodeSpans(spans: readonly ReadableSpan[]): { ends: number[]; unreadable: number } {
    const writer = this.#writer;
    writer.truncate(0);
    const ends: number[] = [];
    for (const span of spans) {
      const start = writer.length;
      try {
        encodeSpan(writer, span);
        ends.push(writer.length);
      } catch {
        writer.truncate(start);
      }
    }
    return { ends, unreadable: spans.length - ends.length };
  }

  /** Everything of a message that stands before its spans. */
  #openBatch(resource: Attributes, spans: number): void {
    const writer = this.#writer;
    if (this.#options.call) {
      writer.oneway("emitBatch");
      writer.struct(1);
    }
    writer.struct(1);
    encodeProcess(writer, resource, this.#options.serviceName);
    writer.stop();
    writer.list(2, spans);
  }
}
