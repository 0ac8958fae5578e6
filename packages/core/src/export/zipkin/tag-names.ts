/** The names of two tags, which `@opentelemetry/exporter-zipkin` lets a user choose. */
export interface TagNames {
  /** Default `otel.status_code`. */
  readonly statusCodeTagName: string;
  /** Default `error`, by which Zipkin shows a span as failed. */
  readonly statusDescriptionTagName: string;
}

/** Returns the names with defaults for those that are `undefined` or empty. */
export function tagNames({ statusCodeTagName, statusDescriptionTagName }: Partial<TagNames>): TagNames {
  return {
    statusCodeTagName: statusCodeTagName || "otel.status_code",
    statusDescriptionTagName: statusDescriptionTagName || "error",
  };
}

/** Returns the name under which Zipkin gets a tag. */
export function renamed(key: string, { statusCodeTagName, statusDescriptionTagName }: TagNames): string {
  if (key === "otel.status_code") return statusCodeTagName;
  return key === "error" ? statusDescriptionTagName : key;
}
