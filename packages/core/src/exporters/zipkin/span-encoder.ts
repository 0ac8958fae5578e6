/**
 * Spans as Zipkin's v2 JSON. Shared spans keep their ID and carry the mark.
 *
 *     span = { traceId, id, parentId?, kind?, name, timestamp (us), duration (us, never 0), shared?, debug?,
 *              localEndpoint, remoteEndpoint?, annotations?: [{ timestamp, value }], tags: { text: text } }
 *
 * Spec: https://zipkin.io/zipkin-api/#/default/post_spans, and OpenTelemetry's
 * https://opentelemetry.io/docs/specs/otel/trace/sdk_exporters/zipkin/
 */
import { SpanKind } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";
import { isDebug, isShared } from "../../shared-span.js";
import { formatTraceId } from "../../trace-context.js";
import { attributeText, wellFormed } from "../attribute-text.js";
import { durationMicroseconds, microseconds } from "../span-time.js";
import { remoteEndpoint } from "./endpoint.js";
import { encodeEndpoint } from "./endpoint-encoder.js";
import { quoted } from "./json-text.js";
import { encodeTags, type TagNames } from "./tag-encoder.js";

export type { TagNames } from "./tag-encoder.js";

const KINDS: Record<number, string | undefined> = {
  [SpanKind.SERVER]: "SERVER",
  [SpanKind.CLIENT]: "CLIENT",
  [SpanKind.PRODUCER]: "PRODUCER",
  [SpanKind.CONSUMER]: "CONSUMER",
};

/** One span as JSON text; `local` is its `localEndpoint`, encoded. A value that JSON has no room for becomes text. */
export function encodeSpan(span: ReadableSpan, local: string, names: TagNames): string {
  const { traceId, spanId } = span.spanContext();
  const parentId = span.parentSpanContext?.spanId;
  let json = `{"traceId":"${formatTraceId(traceId)}","id":"${spanId}"`;
  if (parentId !== undefined && parentId !== spanId && /[^0]/.test(parentId)) json += `,"parentId":"${parentId}"`;
  const kind = KINDS[span.kind];
  if (kind !== undefined) json += `,"kind":"${kind}"`;
  json += `,"name":${quoted(wellFormed(span.name))}`;
  const timestamp = microseconds(span.startTime);
  // Zipkin takes 0 for "not known", and says it by absence.
  if (timestamp > 0) json += `,"timestamp":${timestamp}`;
  json += `,"duration":${durationMicroseconds(span.duration)}`;
  if (isShared(span)) json += ',"shared":true';
  if (isDebug(span)) json += ',"debug":true';
  json += `,"localEndpoint":${local}`;
  const remote = remoteEndpoint(span);
  if (remote !== undefined) json += `,"remoteEndpoint":${encodeEndpoint(remote)}`;
  if (span.events.length > 0) json += `,"annotations":[${span.events.map(encodeEvent).join(",")}]`;
  return `${json},"tags":{${encodeTags(span, names)}}}`;
}

/** An event as OpenTelemetry's specification has it: its name, with attributes as JSON behind it. */
function encodeEvent({ name, time, attributes }: ReadableSpan["events"][number]): string {
  const some = attributes !== undefined && Object.keys(attributes).length > 0;
  const text = wellFormed(name);
  const value = some ? `${JSON.stringify(text)}: ${attributeText(attributes)}` : text;
  return `{"timestamp":${microseconds(time)},"value":${quoted(value)}}`;
}
