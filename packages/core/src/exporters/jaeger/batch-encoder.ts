/**
 * Spans as Jaeger's Thrift `Batch`. Field numbers are those of jaeger.thrift.
 *
 *     Batch   1 process, 2 spans
 *     Process 1 serviceName, 2 tags
 *     Span    1 traceIdLow, 2 traceIdHigh, 3 spanId, 4 parentSpanId, 5 operationName, 6 references, 7 flags,
 *             8 startTime (us), 9 duration (us), 10 tags, 11 logs
 *     SpanRef 1 refType (0 CHILD_OF, 1 FOLLOWS_FROM), 2 traceIdLow, 3 traceIdHigh, 4 spanId
 *     Log     1 timestamp (us), 2 fields
 *     Tag     1 key, 2 vType (0 string, 1 double, 2 bool, 3 long), 3 vStr, 4 vDouble, 5 vBool, 6 vLong
 *
 * Spec: https://github.com/jaegertracing/jaeger-idl/blob/main/thrift/jaeger.thrift
 */
import { type Attributes, type HrTime, SpanKind, SpanStatusCode } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";
import { isDebug, splitSpanId } from "../../shared-span.js";
import { BOOL, DOUBLE, I32, I64, LIST, STRING, STRUCT, ThriftWriter } from "./thrift-writer.js";

const SAMPLED_FLAG = 1;
const DEBUG_FLAG = 2;
const FOLLOWS_FROM = 1;
const KINDS: Record<number, string> = {
  [SpanKind.SERVER]: "server",
  [SpanKind.CLIENT]: "client",
  [SpanKind.PRODUCER]: "producer",
  [SpanKind.CONSUMER]: "consumer",
};

const writer = new ThriftWriter();

/** One batch; all spans must be of one resource. Shared spans are split. */
export function encodeBatch(spans: readonly ReadableSpan[]): Buffer {
  writer.reset();
  const resource = spans[0]?.resource.attributes ?? {};
  writer.field(STRUCT, 1);
  text(1, String(resource["service.name"] ?? "unknown_service"));
  writer.field(LIST, 2);
  const names = Object.keys(resource).filter((name) => name !== "service.name" && resource[name] != null);
  writer.list(STRUCT, names.length);
  for (const name of names) tag(name, resource[name]);
  writer.stop();
  writer.field(LIST, 2);
  writer.list(STRUCT, spans.length);
  for (const span of spans) encodeSpan(span);
  writer.stop();
  return writer.bytes();
}

function encodeSpan(span: ReadableSpan): void {
  const own = span.spanContext();
  const split = splitSpanId(own);
  const parent = span.parentSpanContext;
  const parentId = split === undefined ? parent && (splitSpanId(parent) ?? parent.spanId) : own.spanId;
  ids(1, own.traceId, split ?? own.spanId);
  writer.field(I64, 4);
  writer.hex64(parentId ?? "0000000000000000", 0);
  text(5, span.name);
  if (span.links.length > 0) references(span);
  writer.field(I32, 7);
  writer.i32(isDebug(span) ? SAMPLED_FLAG | DEBUG_FLAG : SAMPLED_FLAG);
  writer.field(I64, 8);
  writer.i64(micros(span.startTime));
  writer.field(I64, 9);
  writer.i64(Math.max(micros(span.duration), 1));
  tags(span);
  if (span.events.length > 0) logs(span);
  writer.stop();
}

function references(span: ReadableSpan): void {
  writer.field(LIST, 6);
  writer.list(STRUCT, span.links.length);
  for (const { context } of span.links) {
    writer.field(I32, 1);
    writer.i32(FOLLOWS_FROM);
    ids(2, context.traceId, splitSpanId(context) ?? context.spanId);
    writer.stop();
  }
}

/** Low and high half of the trace ID, and the span ID, in three fields from `first`. */
function ids(first: number, traceId: string, spanId: string): void {
  writer.field(I64, first);
  writer.hex64(traceId, 16);
  writer.field(I64, first + 1);
  writer.hex64(traceId, 0);
  writer.field(I64, first + 2);
  writer.hex64(spanId, 0);
}

function tags(span: ReadableSpan): void {
  const { status, attributes, instrumentationScope: scope } = span;
  const more: Attributes = { "otel.scope.name": scope.name };
  if (scope.version !== undefined) more["otel.scope.version"] = scope.version;
  const kind = KINDS[span.kind];
  if (kind !== undefined) more["span.kind"] = kind;
  if (status.code === SpanStatusCode.ERROR) more["error"] = true;
  if (status.code !== SpanStatusCode.UNSET) more["otel.status_code"] = SpanStatusCode[status.code];
  if (status.message !== undefined) more["otel.status_description"] = status.message;
  const traceState = span.spanContext().traceState?.serialize();
  if (traceState) more["w3c.tracestate"] = traceState;
  writer.field(LIST, 10);
  tagList(attributes, more);
}

function logs(span: ReadableSpan): void {
  writer.field(LIST, 11);
  writer.list(STRUCT, span.events.length);
  for (const event of span.events) {
    writer.field(I64, 1);
    writer.i64(micros(event.time));
    writer.field(LIST, 2);
    tagList(event.attributes ?? {}, { event: event.name });
    writer.stop();
  }
}

function tagList(attributes: Attributes, more: Attributes): void {
  const names = Object.keys(attributes);
  const moreNames = Object.keys(more);
  writer.list(STRUCT, names.length + moreNames.length);
  for (const name of names) tag(name, attributes[name]);
  for (const name of moreNames) tag(name, more[name]);
}

function tag(name: string, value: unknown): void {
  text(1, name);
  if (typeof value === "string") {
    type(0);
    text(3, value);
  } else if (typeof value === "boolean") {
    type(2);
    writer.field(BOOL, 5);
    writer.bool(value);
  } else if (typeof value === "number" && !Number.isSafeInteger(value)) {
    type(1);
    writer.field(DOUBLE, 4);
    writer.double(value);
  } else if (typeof value === "number") {
    type(3);
    writer.field(I64, 6);
    writer.i64(value);
  } else {
    type(0);
    text(3, JSON.stringify(value) ?? "");
  }
  writer.stop();
}

function type(value: number): void {
  writer.field(I32, 2);
  writer.i32(value);
}

function text(id: number, value: string): void {
  writer.field(STRING, id);
  writer.string(value);
}

function micros(time: HrTime): number {
  return time[0] * 1_000_000 + Math.floor(time[1] / 1000);
}
