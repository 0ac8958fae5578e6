/**
 * Everything that Zipkin knows as tags: text by name.
 */
import { type Attributes, SpanStatusCode } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";
import { attributeText } from "../span/attribute-text.js";
import { statusTags } from "../span/status-tags.js";

/** The names of two tags, which `@opentelemetry/exporter-zipkin` lets a user choose. */
export interface TagNames {
  /** Default `otel.status_code`. */
  readonly statusCodeTagName: string;
  /** Default `error`, by which Zipkin shows a span as failed. */
  readonly statusDescriptionTagName: string;
}

type Tags = Record<string, string>;

/** The tags of a span. Attributes come first: what OpenTelemetry adds takes no name of theirs. */
export function encodeTags(span: ReadableSpan, names: TagNames): Tags {
  const { attributes, status, instrumentationScope: scope, parentSpanContext: parent } = span;
  const tags: Tags = {};
  for (const name in attributes) set(tags, name, attributes[name]);
  // Zipkin shows a span as failed when the tag is there, whatever its value: `false` would say the opposite.
  if (tags["error"] === "false" && status.code !== SpanStatusCode.ERROR) delete tags["error"];
  const added: [string, unknown][] = [];
  // An empty tag reads as a mistake.
  statusTags(span, status.message || "true", added);
  for (const [name, value] of added) setAbsent(tags, rename(name, names), value);
  if (scope.name) setAbsent(tags, "otel.scope.name", scope.name);
  if (scope.version) setAbsent(tags, "otel.scope.version", scope.version);
  // What is true of the whole process stands on its entry spans alone.
  if (parent === undefined || parent.isRemote === true) setResource(tags, span.resource.attributes);
  return tags;
}

function setResource(tags: Tags, resource: Attributes): void {
  for (const name in resource) {
    if (name !== "service.name" && resource[name] != null) setAbsent(tags, name, resource[name]);
  }
}

function setAbsent(tags: Tags, name: string, value: unknown): void {
  if (!Object.hasOwn(tags, name)) set(tags, name, value);
}

function set(tags: Tags, name: string, value: unknown): void {
  if (name === "") return;
  const text = typeof value === "string" ? value : attributeText(value);
  // The one name that an assignment would not set.
  if (name === "__proto__") Object.defineProperty(tags, name, { value: text, enumerable: true });
  else tags[name] = text;
}

function rename(name: string, { statusCodeTagName, statusDescriptionTagName }: TagNames): string {
  if (name === "otel.status_code") return statusCodeTagName;
  return name === "error" ? statusDescriptionTagName : name;
}
