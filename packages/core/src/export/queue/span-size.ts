import type { Attributes } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";

/** What a span has beside its text: IDs, times, status. */
const FRAME = 200;
const EVENT = 40;
const LINK = 80;

/**
 * About how many bytes a span takes, in memory and on the wire. Cheap, as it is asked for every span: text by its length,
 * everything else as a number. Total.
 */
export function approximateSize({ name, attributes, events, links }: ReadableSpan): number {
  let size = FRAME + name.length + attributesSize(attributes) + links.length * LINK;
  for (const event of events) size += EVENT + event.name.length + attributesSize(event.attributes);
  return size;
}

function attributesSize(attributes: Attributes | undefined): number {
  let size = 0;
  for (const name in attributes) size += name.length + valueSize(attributes[name]);
  return size;
}

function valueSize(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (!Array.isArray(value)) return value instanceof Uint8Array ? value.length : 8;
  let size = 0;
  for (const one of value) size += typeof one === "string" ? one.length : 8;
  return size;
}
