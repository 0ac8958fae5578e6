/**
 * An attribute's value as text, for backends that know no arrays or objects: text as it is, everything else as JSON.
 * Total: a cycle, a BigInt and a getter that throws become text as well; lone surrogates become U+FFFD.
 */
export function attributeText(value: unknown): string {
  if (typeof value === "string") return wellFormed(value);
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "bigint") return String(value);
  try {
    return wellFormed(JSON.stringify(value, plain) ?? String(value));
  } catch {
    return withoutCycles(value);
  }
}

function plain(_key: string, value: unknown): unknown {
  return typeof value === "bigint" || (typeof value === "number" && !Number.isFinite(value)) ? String(value) : value;
}

/** The same, slowly: an object inside itself is `[circular]`. */
function withoutCycles(value: unknown): string {
  const above: unknown[] = [];
  try {
    const text = JSON.stringify(value, function (this: unknown, key, inner) {
      if (typeof inner !== "object" || inner === null) return plain(key, inner);
      // `this` holds `inner`: what was above it, and is not any more, is behind us.
      while (above.length > 0 && above.at(-1) !== this) above.pop();
      if (above.includes(inner)) return "[circular]";
      above.push(inner);
      return inner;
    });
    return wellFormed(text);
  } catch {
    return "[unreadable]";
  }
}

const SURROGATE = /[\ud800-\udfff]/;

/** `text` with lone surrogates replaced: UTF-8 cannot write them. */
function wellFormed(text: string): string {
  return SURROGATE.test(text) ? Buffer.from(text, "utf8").toString("utf8") : text;
}
