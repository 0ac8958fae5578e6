/**
 * Spans as Zipkin's v2 JSON. Shared spans keep their ID and carry the mark.
 *
 *     span = { traceId, id, parentId?, kind?, name, timestamp (us), duration (us, never 0), shared?, debug?,
 *              localEndpoint, remoteEndpoint?, annotations: [{ timestamp, value }], tags: { text: text } }
 *
 * Spec: https://zipkin.io/zipkin-api/#/default/post_spans, and OpenTelemetry's
 * https://opentelemetry.io/docs/specs/otel/trace/sdk_exporters/zipkin/
 */
import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";
import { isDebug, isShared } from "../../shared-span.js";
import { formatTraceId } from "../../trace-context.js";
import { attributeText } from "../attribute-text.js";
import { durationMicroseconds, microseconds } from "../span-time.js";
import { type Endpoint, remoteEndpoint } from "./endpoint.js";

const KINDS: Record<number, string> = {
  [SpanKind.SERVER]: "SERVER",
  [SpanKind.CLIENT]: "CLIENT",
  [SpanKind.PRODUCER]: "PRODUCER",
  [SpanKind.CONSUMER]: "CONSUMER",
};

/** One span as JSON text. Total: a value that JSON has no room for becomes text. */
export function encodeSpan(span: ReadableSpan, local: Endpoint): string {
  const { traceId, spanId } = span.spanContext();
  const parentId = span.parentSpanContext?.spanId;
  let json = `{"traceId":"${formatTraceId(traceId)}","id":"${spanId}"`;
  if (parentId !== undefined && parentId !== spanId && /[^0]/.test(parentId)) json += `,"parentId":"${parentId}"`;
  const kind = KINDS[span.kind];
  if (kind !== undefined) json += `,"kind":"${kind}"`;
  json += `,"name":${quoted(span.name)}`;
  json += `,"timestamp":${microseconds(span.startTime)},"duration":${durationMicroseconds(span.duration)}`;
  if (isShared(span)) json += ',"shared":true';
  if (isDebug(span)) json += ',"debug":true';
  json += `,"localEndpoint":${encodeEndpoint(local)}`;
  const remote = remoteEndpoint(span);
  if (remote !== undefined) json += `,"remoteEndpoint":${encodeEndpoint(remote)}`;
  if (span.events.length > 0) json += `,"annotations":[${span.events.map(annotation).join(",")}]`;
  return `${json},"tags":{${tags(span)}}}`;
}

function tags(span: ReadableSpan): string {
  const { attributes, status, instrumentationScope: scope, parentSpanContext: parent } = span;
  let json = "";
  for (const name in attributes) if (name !== "") json += tag(name, attributeText(attributes[name]));
  if (status.code !== SpanStatusCode.UNSET) json += tag("otel.status_code", SpanStatusCode[status.code]);
  // Zipkin shows a span as failed when the tag is there, whatever its value; an empty one reads as a mistake.
  if (status.code === SpanStatusCode.ERROR) json += tag("error", attributeText(status.message || "true"));
  json += tag("otel.scope.name", scope.name);
  if (scope.version) json += tag("otel.scope.version", scope.version);
  // What is true of the whole process stands on its entry spans alone.
  if (parent === undefined || parent.isRemote === true) json += resourceTags(span);
  return json.slice(0, -1);
}

function resourceTags(span: ReadableSpan): string {
  let json = "";
  const { attributes } = span.resource;
  for (const name in attributes) {
    const value = attributes[name];
    if (name !== "service.name" && value != null && !(name in span.attributes)) json += tag(name, attributeText(value));
  }
  return json;
}

function tag(name: string, value: string): string {
  return `${quoted(name)}:${quoted(value)},`;
}

/** An event as OpenTelemetry's specification has it: its name, with attributes as JSON behind it. */
function annotation({ name, time, attributes }: ReadableSpan["events"][number]): string {
  const some = attributes !== undefined && Object.keys(attributes).length > 0;
  const value = some ? `${JSON.stringify(name)}: ${attributeText(attributes)}` : name;
  return `{"timestamp":${microseconds(time)},"value":${quoted(value)}}`;
}

export function encodeEndpoint({ serviceName, ipv4, ipv6, port }: Endpoint): string {
  const members: string[] = [];
  if (serviceName) members.push(`"serviceName":${quoted(serviceName)}`);
  if (ipv4) members.push(`"ipv4":"${ipv4}"`);
  if (ipv6) members.push(`"ipv6":"${ipv6}"`);
  if (port) members.push(`"port":${port}`);
  return `{${members.join(",")}}`;
}

// Most text needs no escape: looking is cheaper than JSON.stringify.
const ESCAPED = /[^ !#-[\]-\ud7ff\ue000-\uffff]/;

function quoted(text: string): string {
  return ESCAPED.test(text) ? JSON.stringify(text) : `"${text}"`;
}
