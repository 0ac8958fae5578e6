/**
 * A resource whose attributes are all known.
 *
 * Spec: https://opentelemetry.io/docs/specs/otel/resource/sdk/
 */
import type { Attributes } from "@opentelemetry/api";
import type { Resource } from "./readable-span.js";

/**
 * Returns a resource with these attributes. `merge`: attributes of the other resource take
 * precedence.
 */
export function resourceOf(attributes: Attributes): Resource {
  return {
    attributes,
    merge: (other) => (other === null ? resourceOf(attributes) : resourceOf({ ...attributes, ...other.attributes })),
    getRawAttributes: () => Object.entries(attributes),
  };
}
