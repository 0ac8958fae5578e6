/**
 * Jaeger's Thrift batches, read with a Thrift library and Jaeger's own IDL: nothing of the exporter
 * that wrote them.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { type CollectedSpan, wideTraceId } from "./collected-span.js";

interface ThriftTag {
  readonly key: string;
  readonly vStr: string | null;
  readonly vDouble: number | null;
  readonly vBool: boolean | null;
  readonly vLong: Buffer | null;
}

/** 64-bit integers come as eight bytes, because a number has no room for them. */
interface ThriftSpan {
  readonly traceIdLow: Buffer;
  readonly traceIdHigh: Buffer;
  readonly spanId: Buffer;
  readonly parentSpanId: Buffer;
  readonly operationName: string;
  readonly startTime: Buffer;
  readonly duration: Buffer;
  readonly tags: readonly ThriftTag[] | null;
}

interface ThriftBatch {
  readonly process: { readonly serviceName: string };
  readonly spans: readonly ThriftSpan[];
}

const require = createRequire(import.meta.url);
const { Thrift } = require("thriftrw");
const idl = join(dirname(require.resolve("jaeger-client/package.json")), "dist/src/jaeger-idl/thrift/jaeger.thrift");
const thrift = new Thrift({ source: readFileSync(idl, "utf8"), allowOptionalArguments: true });

/** The spans of a request's body (`application/x-thrift`). Throws when it is no batch. */
export function decodeJaeger(body: Buffer): CollectedSpan[] {
  const batch: ThriftBatch = thrift.getType("Batch").fromBuffer(body);
  return batch.spans.map((span) => decodeSpan(span, batch.process.serviceName));
}

function decodeSpan(span: ThriftSpan, service: string): CollectedSpan {
  const tags = Object.fromEntries((span.tags ?? []).map((tag) => [tag.key, tagText(tag)]));
  return {
    traceId: wideTraceId(span.traceIdHigh.toString("hex") + span.traceIdLow.toString("hex")),
    spanId: span.spanId.toString("hex"),
    parentId: span.parentSpanId.readBigInt64BE() === 0n ? undefined : span.parentSpanId.toString("hex"),
    service,
    name: span.operationName,
    kind: (tags["span.kind"] ?? "internal").toUpperCase(),
    start: Number(span.startTime.readBigInt64BE()),
    duration: Number(span.duration.readBigInt64BE()),
    tags,
  };
}

function tagText({ vStr, vDouble, vBool, vLong }: ThriftTag): string {
  return String(vStr ?? vDouble ?? vBool ?? vLong?.readBigInt64BE() ?? "");
}
