/**
 * Jaeger's Thrift, decoded by thriftrw with the IDL that jaeger-client carries: nothing of it is
 * ours.
 */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);
const { Thrift } = require("thriftrw");
const client = dirname(require.resolve("jaeger-client/package.json"));
const idl = (path: string) => new Thrift({ entryPoint: join(client, "dist/src", path), allowFilesystemAccess: true });
const jaeger = idl("jaeger-idl/thrift/jaeger.thrift");
const agent = idl("thriftrw-idl/agent.thrift");

export type TagValue = string | number | boolean | bigint;

export interface DecodedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly operationName: string;
  readonly flags: number;
  readonly startTime: bigint;
  readonly duration: bigint;
  readonly references: readonly { readonly refType: string; readonly traceId: string; readonly spanId: string }[];
  readonly tags: Record<string, TagValue>;
  readonly logs: readonly { readonly timestamp: bigint; readonly fields: Record<string, TagValue> }[];
}

export interface DecodedBatch {
  readonly serviceName: string;
  readonly tags: Record<string, TagValue>;
  readonly spans: readonly DecodedSpan[];
}

// biome-ignore lint/suspicious/noExplicitAny: what thriftrw gives has no types.
type Any = any;

const hex = (value: Buffer): string => Buffer.from(value).toString("hex");
const long = (value: Buffer): bigint => Buffer.from(value).readBigInt64BE();

function tags(list: Any[] | null): Record<string, TagValue> {
  const read = (tag: Any): TagValue => {
    if (tag.vType === "LONG") return long(tag.vLong);
    if (tag.vType === "BINARY") return hex(tag.vBinary);
    return { STRING: tag.vStr, DOUBLE: tag.vDouble, BOOL: tag.vBool }[tag.vType as string];
  };
  const entries = (list ?? []).map((tag) => [tag.key, read(tag)] as const);
  const result = Object.fromEntries(entries);
  if (Object.keys(result).length !== entries.length) throw new Error("a tag is there twice");
  return result;
}

function batch({ process, spans }: Any): DecodedBatch {
  return {
    serviceName: process.serviceName,
    tags: tags(process.tags),
    spans: spans.map((span: Any) => ({
      traceId: hex(span.traceIdHigh) + hex(span.traceIdLow),
      spanId: hex(span.spanId),
      parentSpanId: hex(span.parentSpanId),
      operationName: span.operationName,
      flags: span.flags,
      startTime: long(span.startTime),
      duration: long(span.duration),
      references: (span.references ?? []).map((reference: Any) => ({
        refType: reference.refType,
        traceId: hex(reference.traceIdHigh) + hex(reference.traceIdLow),
        spanId: hex(reference.spanId),
      })),
      tags: tags(span.tags),
      logs: (span.logs ?? []).map((log: Any) => ({ timestamp: long(log.timestamp), fields: tags(log.fields) })),
    })),
  };
}

/** A body as it goes over HTTP. Throws when it is malformed. */
export function decodeBatch(body: Buffer): DecodedBatch {
  const decoded = jaeger.getType("Batch").fromBuffer(body);
  return batch(decoded.value ?? decoded);
}

/** A packet as it goes over UDP in the binary protocol. Throws when it is malformed. */
export function decodePacket(packet: Buffer): DecodedBatch {
  const result = agent.Agent.emitBatch.argumentsMessageRW.readFrom(packet, 0);
  if (result.err) throw result.err;
  if (result.offset !== packet.length) throw new Error(`${packet.length - result.offset} bytes behind the message`);
  return batch(result.value.body.batch);
}
