/**
 * Spans and their process as Jaeger's Thrift. Field numbers are those of jaeger.thrift.
 *
 *     over HTTP   Batch
 *     over UDP    one-way call emitBatch: 1 Batch
 *     Batch   1 process, 2 spans
 *     Process 1 serviceName, 2 tags
 *
 * Spec: https://github.com/jaegertracing/jaeger-idl/blob/main/thrift/jaeger.thrift, agent.thrift
 */
import type { Resource } from "../../tracer/readable-span.js";
import type { SpanRecord } from "../../tracer/span-record.js";
import { nameText } from "../span/attribute-text.js";
import { ObjectMemo } from "../span/object-memo.js";
import { NO_RESOURCE, resourceAttributes } from "../span/resource-attributes.js";
import type { SpanEncoder } from "../span/span-encoder.js";
import { JaegerSpanEncoder } from "./jaeger-span-encoder.js";
import { STOP, type ThriftProtocol } from "./thrift-protocol.js";

export interface JaegerEncoderOptions {
  readonly protocol: ThriftProtocol;
  /** Whether the batch is the argument of a call, as over UDP. */
  readonly call: boolean;
  /** Name of the service. @default `service.name` of the spans' resource */
  readonly serviceName?: string | undefined;
}

export class JaegerEncoder implements SpanEncoder {
  /** A batch has one process. */
  readonly oneResource = true;
  readonly separatorLength = 0;
  readonly tail: string;
  readonly #options: JaegerEncoderOptions;
  readonly #spans: JaegerSpanEncoder;
  /** What precedes the number of spans. */
  readonly #heads = new ObjectMemo((resource: Resource) => this.#batchHead(resource));

  constructor(options: JaegerEncoderOptions) {
    this.#options = options;
    this.#spans = new JaegerSpanEncoder(options.protocol);
    this.tail = options.call ? STOP + STOP : STOP;
  }

  encode(span: SpanRecord): string {
    return this.#spans.encode(span);
  }

  head(resource: Resource | undefined, spans: number): string {
    const known = resource ?? NO_RESOURCE;
    const isPending = known.asyncAttributesPending === true;
    const head = isPending ? this.#batchHead(known) : this.#heads.of(known);
    return head + this.#options.protocol.list(spans);
  }

  #batchHead(resource: Resource): string {
    const attributes = resourceAttributes(resource);
    const { protocol, call, serviceName = nameText(attributes["service.name"] ?? "unknown_service") } = this.#options;
    const keys = Object.keys(attributes).filter((key) => key !== "service.name");
    return (
      (call ? protocol.oneway("emitBatch") + protocol.field("struct", 1, 0) : "") +
      protocol.field("struct", 1, 0) +
      protocol.field("string", 1, 0) +
      protocol.string(serviceName) +
      protocol.field("list", 2, 1) +
      protocol.list(keys.length) +
      this.#spans.tags.tags(attributes, keys) +
      STOP +
      protocol.field("list", 2, 1)
    );
  }
}
