import type { InstrumentationScope } from "../../tracer/readable-span.js";
import { nameText } from "./attribute-text.js";

/** Used for a span without a scope. */
export const NO_SCOPE: InstrumentationScope = { name: "" };

/** Returns the tags of an instrumentation scope. A scope that cannot be read has none. */
export function scopeTags(scope: InstrumentationScope): [key: string, value: string][] {
  const tags: [string, string][] = [];
  try {
    const { name, version } = scope;
    if (name) tags.push(["otel.scope.name", nameText(name)]);
    if (version) tags.push(["otel.scope.version", nameText(version)]);
  } catch {
    // The span is exported without it.
  }
  return tags;
}
