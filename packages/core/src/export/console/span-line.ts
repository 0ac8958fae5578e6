/**
 * One span in one line: for machines as an object, for people as a sentence.
 */
import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";
import { attributeText } from "../span/attribute-text.js";
import { microseconds } from "../span/span-time.js";
import { printable, type Style } from "./style.js";

/** The members of a JSON line. Empty ones are left out. */
export function spanFields(span: ReadableSpan): Record<string, unknown> {
  const { traceId, spanId } = span.spanContext();
  return {
    traceId,
    spanId,
    parentId: span.parentSpanContext?.spanId,
    service: span.resource.attributes["service.name"],
    name: span.name,
    kind: SpanKind[span.kind],
    startedAt: new Date(microseconds(span.startTime) / 1000).toISOString(),
    durationMs: milliseconds(span),
    status: SpanStatusCode[span.status.code],
    message: span.status.message,
    attributes: span.attributes,
    events: span.events.length === 0 ? undefined : span.events.map(({ name, attributes }) => ({ name, attributes })),
    links: span.links.length === 0 ? undefined : span.links.map(({ context }) => context),
  };
}

/** `SERVER   GET /orders  12.3 ms`, what went wrong, IDs and attributes. */
export function spanLine(span: ReadableSpan, style: Style): string {
  const { traceId, spanId } = span.spanContext();
  const attributes = Object.entries(span.attributes).map(([name, value]) => `${name}=${attributeText(value)}`);
  const details = printable([traceId, spanId, ...attributes].join(" "));
  return `${spanSummary(span, style)}  ${style("dim", details)}`;
}

/** Kind, name, duration, and what went wrong, in red. */
export function spanSummary(span: ReadableSpan, style: Style): string {
  const what = printable(`${SpanKind[span.kind]?.padEnd(8)} ${span.name}  ${milliseconds(span).toFixed(1)} ms`);
  if (span.status.code !== SpanStatusCode.ERROR) return what;
  return style("red", `${what}  ${printable(span.status.message || "error")}`);
}

function milliseconds({ duration }: ReadableSpan): number {
  return microseconds(duration) / 1000;
}
