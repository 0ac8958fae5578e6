import type { Resource } from "../../tracer/readable-span.js";

/** Used for a span without a resource. */
export const NO_RESOURCE = {} as Resource;

/**
 * Returns a copy of a resource's attributes that have a value; without any if they cannot be read.
 */
export function resourceAttributes(resource: Resource): Record<string, unknown> {
  try {
    const entries = Object.entries(resource.attributes ?? {});
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined && value !== null));
  } catch {
    return {};
  }
}
