/**
 * Spans as Jaeger's Thrift has them. Field numbers are those of jaeger.thrift.
 *
 *     Process 1 serviceName, 2 tags
 *     Span    1 traceIdLow, 2 traceIdHigh, 3 spanId, 4 parentSpanId, 5 operationName, 6 references, 7 flags,
 *             8 startTime (us), 9 duration (us), 10 tags, 11 logs
 *     SpanRef 1 refType (0 CHILD_OF, 1 FOLLOWS_FROM), 2 traceIdLow, 3 traceIdHigh, 4 spanId
 *     Log     1 timestamp (us), 2 fields (tags)
 *
 * Spec: https://github.com/jaegertracing/jaeger-idl/blob/main/thrift/jaeger.thrift, and how OpenTelemetry's model is said in
 * it: https://opentelemetry.io/docs/specs/otel/trace/sdk_exporters/jaeger/
 */
import { type Attributes, SpanKind } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";
import { isDebug, splitSpanId } from "../../tracer/shared-span.js";
import { durationMicroseconds, microseconds } from "../span/span-time.js";
import { statusTags } from "../span/status-tags.js";
import { encodeTag, encodeTags } from "./tag-encoder.js";
import type { ThriftWriter } from "./thrift-writer.js";

const SAMPLED_FLAG = 1;
const DEBUG_FLAG = 2;
const FOLLOWS_FROM = 1;
const NO_PARENT = "0000000000000000";
const KINDS: Record<number, string | undefined> = {
  [SpanKind.SERVER]: "server",
  [SpanKind.CLIENT]: "client",
  [SpanKind.PRODUCER]: "producer",
  [SpanKind.CONSUMER]: "consumer",
};

/** The fields of a process. Its `stop` is the caller's. */
export function encodeProcess(writer: ThriftWriter, resource: Attributes, serviceName: string | undefined): void {
  writer.string(1, serviceName ?? String(resource["service.name"] ?? "unknown_service"));
  const names = Object.keys(resource).filter((name) => name !== "service.name" && resource[name] != null);
  writer.list(2, names.length);
  encodeTags(writer, resource, names);
}

/** One span, as an element of a list. Shared spans are split. */
export function encodeSpan(writer: ThriftWriter, span: ReadableSpan): void {
  const own = span.spanContext();
  const split = splitSpanId(own);
  const parent = span.parentSpanContext;
  const parentId = split === undefined ? parent && (splitSpanId(parent) ?? parent.spanId) : own.spanId;
  writer.item();
  encodeIds(writer, 1, own.traceId, split ?? own.spanId);
  writer.hex64(4, parentId ?? NO_PARENT, 0);
  writer.string(5, span.name);
  if (span.links.length > 0) encodeLinks(writer, span);
  writer.i32(7, isDebug(span) ? SAMPLED_FLAG | DEBUG_FLAG : SAMPLED_FLAG);
  writer.i64(8, microseconds(span.startTime));
  writer.i64(9, durationMicroseconds(span.duration));
  encodeSpanTags(writer, span);
  if (span.events.length > 0) encodeEvents(writer, span);
  writer.stop();
}

/** Low and high half of the trace ID, and the span ID, in three fields from `first`. */
function encodeIds(writer: ThriftWriter, first: number, traceId: string, spanId: string): void {
  writer.hex64(first, traceId, 16);
  writer.hex64(first + 1, traceId, 0);
  writer.hex64(first + 2, spanId, 0);
}

/** The parent has its own field; a link is what its span follows from. Jaeger has no room for a link's attributes. */
function encodeLinks(writer: ThriftWriter, { links }: ReadableSpan): void {
  writer.list(6, links.length);
  for (const { context } of links) {
    writer.item();
    writer.i32(1, FOLLOWS_FROM);
    encodeIds(writer, 2, context.traceId, splitSpanId(context) ?? context.spanId);
    writer.stop();
  }
}

function encodeSpanTags(writer: ThriftWriter, span: ReadableSpan): void {
  const { attributes, instrumentationScope: scope } = span;
  const added: [string, unknown][] = [];
  const kind = KINDS[span.kind];
  if (kind !== undefined) added.push(["span.kind", kind]);
  if (scope.name) added.push(["otel.scope.name", scope.name]);
  if (scope.version) added.push(["otel.scope.version", scope.version]);
  statusTags(span, true, added);
  if (span.status.message) added.push(["otel.status_description", span.status.message]);
  const traceState = span.spanContext().traceState?.serialize();
  if (traceState) added.push(["w3c.tracestate", traceState]);
  const names = Object.keys(attributes);
  writer.list(10, names.length + added.length);
  encodeTags(writer, attributes, names);
  for (const [name, value] of added) encodeTag(writer, name, value);
}

function encodeEvents(writer: ThriftWriter, { events }: ReadableSpan): void {
  writer.list(11, events.length);
  for (const { name, time, attributes = {}, droppedAttributesCount } of events) {
    const names = Object.keys(attributes);
    // By the specification an attribute of that name comes before the event's own.
    const named = "event" in attributes ? 0 : 1;
    const dropped = droppedAttributesCount ? 1 : 0;
    writer.item();
    writer.i64(1, microseconds(time));
    writer.list(2, names.length + named + dropped);
    if (named) encodeTag(writer, "event", name);
    encodeTags(writer, attributes, names);
    if (dropped) encodeTag(writer, "otel.event.dropped_attributes_count", droppedAttributesCount);
    writer.stop();
  }
}
