import type { Link, SpanContext } from "@opentelemetry/api";
import type { SpanRecord } from "../../tracer/span-record.js";
import { isHex } from "./span-ids.js";

const NO_LINKS: readonly SpanContext[] = [];

/** Returns the contexts of the links that have valid IDs. */
export function linkedContexts({ links }: SpanRecord): readonly SpanContext[] {
  if (!links || links.length === 0) return NO_LINKS;
  return links.map(contextOf).filter((context) => context !== undefined);
}

function contextOf(link: Link): SpanContext | undefined {
  try {
    const { context } = link;
    const { traceId } = context;
    return (isHex(traceId, 32) || isHex(traceId, 16)) && isHex(context.spanId, 16) ? context : undefined;
  } catch {
    return undefined;
  }
}
