import type { Link, SpanContext } from "@opentelemetry/api";
import { cleanAttributes } from "./attributes.js";
import type { ResolvedLimits } from "./limits.js";
import { memberOf } from "./member.js";

/** Returns a link whose attributes are clean copies. */
export function cleanLink(link: Link, limits: ResolvedLimits): Link {
  const attributes = memberOf(link, "attributes");
  return {
    context: memberOf(link, "context") as SpanContext,
    ...cleanAttributes(attributes, limits.attributePerLinkCountLimit, limits.attributeValueLengthLimit),
  };
}
