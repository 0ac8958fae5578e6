/** The names of two tags, which `@opentelemetry/exporter-zipkin` lets a user choose. */
export interface TagNames {
  /** Name of the tag for the status. @default `otel.status_code` */
  readonly statusCodeTagName: string;
  /** Name of the tag for the error, by which Zipkin shows a span as failed. @default `error` */
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
