/**
 * An attribute's value as text, for backends that know no arrays or objects: text as it is, everything else as JSON.
 * Total: cycles, BigInt and getters that throw become text as well; lone surrogates become U+FFFD.
 */
export function attributeText(value: unknown): string {
  if (typeof value === "string") return wellFormed(value);
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "bigint") return String(value);
  try {
    return wellFormed(JSON.stringify(value, plain) ?? String(value));
  } catch {
    return "[unserializable]";
  }
}

function plain(_key: string, value: unknown): unknown {
  return typeof value === "bigint" || (typeof value === "number" && !Number.isFinite(value)) ? String(value) : value;
}

const SURROGATE = /[\ud800-\udfff]/;

/** `text` with lone surrogates replaced: UTF-8 cannot write them. */
export function wellFormed(text: string): string {
  return SURROGATE.test(text) ? Buffer.from(text, "utf8").toString("utf8") : text;
}
