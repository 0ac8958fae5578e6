/**
 * A span as a backend holds it, whichever format it came in. IDs are lower-case hex, times
 * microseconds.
 */
export interface CollectedSpan {
  /** 32 characters: a 64-bit ID is padded, because the two formats write it differently. */
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | undefined;
  readonly service: string;
  readonly name: string;
  readonly kind: "SERVER" | "CLIENT" | "INTERNAL" | string;
  readonly start: number;
  readonly duration: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** A trace ID in the form that `CollectedSpan` has. */
export function wideTraceId(traceId: string): string {
  return traceId.padStart(32, "0");
}

/** Who made a span: the proxy's name in the mesh, as Envoy's `node_id` tells it, else the app. */
export function madeBy(span: CollectedSpan): string {
  const nodeId = span.tags["node_id"];
  if (nodeId === undefined) return "app";
  const type = nodeId.slice(0, nodeId.indexOf("~"));
  return type === "router" ? "gateway" : type;
}
