import { attributeText } from "../span/attribute-text.js";
import { byteText } from "../span/byte-text.js";

/** Printable ASCII without `"` and `\`: JSON takes it as it is. */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

/** Returns `text` as a JSON string, one character per byte. Lone surrogates become U+FFFD. */
export function jsonString(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : byteText(JSON.stringify(attributeText(text)));
}

/** Returns any value as a JSON string: text as it is, everything else as its JSON. */
export function jsonStringOf(value: unknown): string {
  if (typeof value === "string") return jsonString(value);
  if (typeof value === "number" || typeof value === "boolean") return `"${value}"`;
  return jsonString(attributeText(value));
}
