/**
 * Spans as Zipkin's v2 JSON has them. Shared spans keep their ID and carry the mark.
 *
 * Spec: https://zipkin.io/zipkin-api/#/default/post_spans, and OpenTelemetry's
 * https://opentelemetry.io/docs/specs/otel/trace/sdk_exporters/zipkin/
 */
import { SpanKind } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";
import { formatTraceId } from "../../headers/trace-context.js";
import { isDebug, isShared } from "../../tracer/shared-span.js";
import { attributeText } from "../span/attribute-text.js";
import { durationMicroseconds, microseconds } from "../span/span-time.js";
import { type Endpoint, remoteEndpoint } from "./endpoint.js";
import { encodeTags, type TagNames } from "./tag-encoder.js";

/** What is `undefined` is absent in the JSON. */
export interface ZipkinSpan {
  /** 16 or 32 characters. */
  readonly traceId: string;
  readonly id: string;
  readonly parentId: string | undefined;
  readonly kind: string | undefined;
  readonly name: string;
  /** Microseconds since the epoch; absent when not known. */
  readonly timestamp: number | undefined;
  /** Microseconds, never 0. */
  readonly duration: number;
  readonly shared: true | undefined;
  readonly debug: true | undefined;
  readonly localEndpoint: Endpoint;
  readonly remoteEndpoint: Endpoint | undefined;
  readonly annotations: readonly { readonly timestamp: number; readonly value: string }[] | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

const NO_PARENT = "0000000000000000";
const KINDS: Record<number, string | undefined> = {
  [SpanKind.SERVER]: "SERVER",
  [SpanKind.CLIENT]: "CLIENT",
  [SpanKind.PRODUCER]: "PRODUCER",
  [SpanKind.CONSUMER]: "CONSUMER",
};

/** One span; `localEndpoint` is the same for all of a process. A value that JSON has no room for becomes text. */
export function encodeSpan(span: ReadableSpan, localEndpoint: Endpoint, names: TagNames): ZipkinSpan {
  const { traceId, spanId } = span.spanContext();
  const parentId = span.parentSpanContext?.spanId;
  return {
    traceId: formatTraceId(traceId),
    id: spanId,
    parentId: parentId === spanId || parentId === NO_PARENT ? undefined : parentId,
    kind: KINDS[span.kind],
    name: span.name,
    timestamp: microseconds(span.startTime) || undefined,
    duration: durationMicroseconds(span.duration),
    shared: isShared(span) || undefined,
    debug: isDebug(span) || undefined,
    localEndpoint,
    remoteEndpoint: remoteEndpoint(span),
    annotations: span.events.length === 0 ? undefined : span.events.map(encodeEvent),
    tags: encodeTags(span, names),
  };
}

/** An event as OpenTelemetry's specification has it: its name, with attributes as JSON behind it. */
function encodeEvent({ name, time, attributes }: ReadableSpan["events"][number]) {
  const some = attributes !== undefined && Object.keys(attributes).length > 0;
  return {
    timestamp: microseconds(time),
    value: some ? `${JSON.stringify(name)}: ${attributeText(attributes)}` : name,
  };
}
