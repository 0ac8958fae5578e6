/**
 * Everything that Zipkin knows as tags: text by name.
 */
import { type Attributes, SpanStatusCode } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";
import { attributeText, wellFormed } from "../attribute-text.js";
import { statusTags } from "../status-tags.js";
import { quoted } from "./json-text.js";

/** The names of two tags, which `@opentelemetry/exporter-zipkin` lets a user choose. */
export interface TagNames {
  /** Default `otel.status_code`. */
  readonly statusCodeTagName: string;
  /** Default `error`, by which Zipkin shows a span as failed. */
  readonly statusDescriptionTagName: string;
}

/** The members of the object `tags`; no name is there twice. */
export function encodeTags(span: ReadableSpan, names: TagNames): string {
  const { attributes, status, instrumentationScope: scope, parentSpanContext: parent } = span;
  // Zipkin shows a span as failed when the tag is there, whatever its value: `false` would say the opposite.
  const failed = status.code === SpanStatusCode.ERROR;
  const misleading = !failed && (attributes["error"] === false || attributes["error"] === "false");
  let json = "";
  for (const name in attributes) {
    if (name === "" || (misleading && name === "error")) continue;
    json += tag(name, attributes[name]);
  }
  const added: [string, unknown][] = [];
  // An empty tag reads as a mistake.
  statusTags(span, status.message || "true", added);
  if (scope.name) added.push(["otel.scope.name", scope.name]);
  if (scope.version) added.push(["otel.scope.version", scope.version]);
  for (const [name, value] of added) {
    const named = rename(name, names);
    if (!(named in attributes)) json += tag(named, value);
  }
  // What is true of the whole process stands on its entry spans alone.
  if (parent === undefined || parent.isRemote === true) json += resourceTags(span.resource.attributes, attributes);
  return json.slice(0, -1);
}

function rename(name: string, { statusCodeTagName, statusDescriptionTagName }: TagNames): string {
  if (name === "otel.status_code") return statusCodeTagName;
  return name === "error" ? statusDescriptionTagName : name;
}

function resourceTags(resource: Attributes, attributes: Attributes): string {
  let json = "";
  for (const name in resource) {
    const value = resource[name];
    if (name !== "service.name" && name !== "" && value != null && !(name in attributes)) json += tag(name, value);
  }
  return json;
}

function tag(name: string, value: unknown): string {
  return `${quoted(wellFormed(name))}:${quoted(attributeText(value))},`;
}
