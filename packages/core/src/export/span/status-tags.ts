import { SpanStatusCode } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";

/**
 * Appends what OpenTelemetry's specification says of status and limits to backends that have tags alone. `failed` is the
 * value of the tag `error`. An attribute of the same name comes first, so that no tag is there twice.
 *
 * Spec: https://opentelemetry.io/docs/specs/otel/common/mapping-to-non-otlp/
 */
export function statusTags(span: ReadableSpan, failed: unknown, tags: [string, unknown][]): void {
  const { status, attributes, droppedAttributesCount, droppedEventsCount, droppedLinksCount } = span;
  if (status.code !== SpanStatusCode.UNSET) tags.push(["otel.status_code", SpanStatusCode[status.code] ?? "UNSET"]);
  if (status.code === SpanStatusCode.ERROR && !("error" in attributes)) tags.push(["error", failed]);
  if (droppedAttributesCount) tags.push(["otel.dropped_attributes_count", droppedAttributesCount]);
  if (droppedEventsCount) tags.push(["otel.dropped_events_count", droppedEventsCount]);
  if (droppedLinksCount) tags.push(["otel.dropped_links_count", droppedLinksCount]);
}
