/**
 * One span in one line: for machines as JSON, for people as a sentence.
 */
import { printable, printableJson } from "../../text/printable.js";
import { attributeText, UNREADABLE } from "../span/attribute-text.js";
import type { PrintedSpan } from "./printed-span.js";
import type { Style } from "./style.js";

/** Returns a span as a JSON object. Empty members are left out. */
export function spanJson(span: PrintedSpan): string {
  const text = attributeText(fieldsOf(span, (value) => value));
  // A value that JSON cannot express must not cost the span: then each value is text.
  return printableJson(text === UNREADABLE ? attributeText(fieldsOf(span, attributeText)) : text);
}

function fieldsOf(span: PrintedSpan, convert: (value: unknown) => unknown): Record<string, unknown> {
  const { traceId, spanId, parentId, service, name, kind, status, message, attributes, events, links } = span;
  return {
    traceId,
    spanId,
    parentId,
    service: convert(service),
    name,
    kind,
    startedAt: new Date(span.startMicros / 1000).toISOString(),
    durationMs: span.durationMicros / 1000,
    status,
    message,
    attributes: Object.fromEntries(attributes.map(([key, value]) => [key, convert(value)])),
    events: events.length === 0 ? undefined : events.map((event) => convert(event)),
    links: links.length === 0 ? undefined : links.map((link) => convert(link)),
  };
}

/** Returns `SERVER   GET /orders  12.3 ms`, the error, IDs and attributes. */
export function spanLine(span: PrintedSpan, style: Style): string {
  const attributes = span.attributes.map(([key, value]) => `${key}=${attributeText(value)}`);
  const details = printable([span.traceId, span.spanId, ...attributes].join(" "));
  return `${spanSummary(span, style)}  ${style("dim", details)}`;
}

/** Returns kind, name, duration, and the error in red. */
export function spanSummary({ kind, name, durationMicros, status, message }: PrintedSpan, style: Style): string {
  const summary = printable(`${kind.padEnd(8)} ${name}  ${(durationMicros / 1000).toFixed(1)} ms`);
  if (status !== "ERROR") return summary;
  return style("red", `${summary}  ${printable(message || "error")}`);
}
