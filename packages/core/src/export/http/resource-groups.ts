import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";

/** The spans of each resource on their own: a batch in which the process is said once has room for one. */
export function byResource(spans: readonly ReadableSpan[]): readonly (readonly ReadableSpan[])[] {
  const first = spans[0]?.resource;
  if (spans.every(({ resource }) => resource === first)) return [spans];
  const groups = new Map<unknown, ReadableSpan[]>();
  for (const span of spans) {
    const group = groups.get(span.resource);
    if (group === undefined) groups.set(span.resource, [span]);
    else group.push(span);
  }
  return [...groups.values()];
}
