/**
 * Text from any value that a JavaScript caller passes where the API asks for text.
 */

/**
 * Returns `value` when it is text, else its text. Never throws; a value without text is
 * `[unreadable]`.
 */
export function asText(value: unknown): string {
  if (typeof value === "string") return value;
  try {
    return String(value);
  } catch {
    return "[unreadable]";
  }
}
