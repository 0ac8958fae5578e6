import { SpanStatusCode } from "@opentelemetry/api";
import type { SpanRecord } from "../../tracer/span-record.js";

const NO_TAGS: readonly (readonly [string, unknown])[] = [];

/**
 * Returns the tags that OpenTelemetry's specification derives from status and limits for backends
 * that only have tags. `failed` is the value of the tag `error`, which an attribute of that name
 * replaces.
 *
 * Spec: https://opentelemetry.io/docs/specs/otel/common/mapping-to-non-otlp/
 */
export function statusTags(span: SpanRecord, failed: unknown): readonly (readonly [string, unknown])[] {
  const { droppedAttributesCount, droppedEventsCount, droppedLinksCount } = span;
  const code = span.status?.code ?? SpanStatusCode.UNSET;
  const isPlain = code === SpanStatusCode.UNSET && !droppedAttributesCount && !droppedEventsCount && !droppedLinksCount;
  if (isPlain) return NO_TAGS;
  const tags: [string, unknown][] = [];
  if (code === SpanStatusCode.OK) tags.push(["otel.status_code", "OK"]);
  if (code === SpanStatusCode.ERROR) {
    tags.push(["otel.status_code", "ERROR"]);
    if (!span.attributeKeys.includes("error")) tags.push(["error", failed]);
  }
  if (droppedAttributesCount) tags.push(["otel.dropped_attributes_count", droppedAttributesCount]);
  if (droppedEventsCount) tags.push(["otel.dropped_events_count", droppedEventsCount]);
  if (droppedLinksCount) tags.push(["otel.dropped_links_count", droppedLinksCount]);
  return tags;
}
