import { isUint8Array } from "node:util/types";
import type { ReadableSpan } from "../../tracer/readable-span.js";
import { spanRecord } from "../../tracer/span-record.js";

/** Bytes of a span beside its text: IDs, times, status. */
const FRAME = 200;
const EVENT = 40;
const LINK = 80;

/**
 * Returns about how many bytes a span takes, in memory and on the wire: text by its length,
 * everything else as a number. A span that cannot be read counts as an empty one. Never throws,
 * never `NaN`.
 */
export function approximateSize(span: ReadableSpan): number {
  try {
    const { name, attributeKeys, attributeValues, events, links } = spanRecord(span);
    let size = FRAME + valueSize(name) + links.length * LINK;
    for (let index = 0; index < attributeKeys.length; index += 1) {
      size += valueSize(attributeKeys[index]) + valueSize(attributeValues[index]);
    }
    for (const event of events) size += EVENT + valueSize(event.name) + attributesSize(event.attributes);
    return Number.isFinite(size) ? size : FRAME;
  } catch {
    return FRAME;
  }
}

function attributesSize(attributes: object | undefined): number {
  let size = 0;
  for (const [key, value] of Object.entries(attributes ?? {})) size += key.length + valueSize(value);
  return size;
}

function valueSize(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (!Array.isArray(value)) return isUint8Array(value) ? value.length : 8;
  let size = 0;
  for (const element of value) size += typeof element === "string" ? element.length : 8;
  return size;
}
