/**
 * Values as text, for backends that know no arrays or objects. Total: a cycle, a BigInt and a
 * getter that throws become text as well; lone surrogates become U+FFFD, because UTF-8 cannot
 * express them.
 */

/** Returns an attribute's value as text: text as it is, everything else as JSON. */
export function attributeText(value: unknown): string {
  if (typeof value === "string") return wellFormed(value);
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "bigint") return String(value);
  try {
    return wellFormed(JSON.stringify(value, plain) ?? String(value));
  } catch {
    return withoutCycles(value);
  }
}

/**
 * Returns a name as text. A caller of the API may pass any value: a route's pattern, an error, a
 * number.
 */
export function nameText(name: unknown): string {
  if (typeof name === "string") return wellFormed(name);
  try {
    const text = Array.isArray(name) ? "" : String(name);
    return text === "" || text.startsWith("[object ") ? attributeText(name) : wellFormed(text);
  } catch {
    return attributeText(name);
  }
}

function plain(_key: string, value: unknown): unknown {
  return typeof value === "bigint" || (typeof value === "number" && !Number.isFinite(value)) ? String(value) : value;
}

/** Returns the same, slowly, with `[circular]` for an object inside itself. */
function withoutCycles(value: unknown): string {
  const ancestors: unknown[] = [];
  try {
    const text = JSON.stringify(value, function (this: unknown, key, inner) {
      if (typeof inner !== "object" || inner === null) return plain(key, inner);
      // `this` holds `inner`, so everything after it in the list is a finished branch.
      while (ancestors.length > 0 && ancestors.at(-1) !== this) ancestors.pop();
      if (ancestors.includes(inner)) return "[circular]";
      ancestors.push(inner);
      return inner;
    });
    return text === undefined ? UNREADABLE : wellFormed(text);
  } catch {
    return UNREADABLE;
  }
}

/** The text of a value that throws when it is read. */
export const UNREADABLE = "[unreadable]";
const SURROGATE = /[\ud800-\udfff]/;

function wellFormed(text: string): string {
  return SURROGATE.test(text) ? Buffer.from(text, "utf8").toString("utf8") : text;
}
